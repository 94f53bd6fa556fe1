{{/* What selects the pods, and never changes. */}}
{{- define "route-fix.selector" -}}
app.kubernetes.io/name: route-fix
{{- end -}}

{{- define "route-fix.podLabels" -}}
{{ include "route-fix.selector" . }}
app.kubernetes.io/component: cni
app.kubernetes.io/part-of: route-fix
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "route-fix.labels" -}}
{{ include "route-fix.podLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "route-fix.ipam" -}}
{{- if eq (toJson .Values.ipam) `{"type":"dhcp"}` }}dhcp{{ else }}{{ toJson .Values.ipam }}{{ end -}}
{{- end -}}

{{/* Not empty where the resident executes plugins of the node: docs/configuration.md has the table. */}}
{{- define "route-fix.executes" -}}
{{- if eq .Values.chain "own" -}}
{{- if not (has .Values.ipam.type (list "dhcp" "static" "none")) }}true{{ end -}}
{{- else if eq .Values.ipam.type "dhcp" }}true
{{- end -}}
{{- end -}}

{{/* Where Prometheus is answered. An IPv6 address of the node is understood without brackets. */}}
{{- define "route-fix.metrics" -}}
{{- if not .Values.metrics.enabled }}off
{{- else if eq .Values.metrics.host "node" }}$(NODE_ADDRESS):{{ .Values.metrics.port }}
{{- else }}{{ .Values.metrics.host }}:{{ .Values.metrics.port }}
{{- end -}}
{{- end -}}

{{/* The labels of what is about metrics. */}}
{{- define "route-fix.metricsLabels" -}}
{{ mergeOverwrite (include "route-fix.labels" . | fromYaml) (dict "app.kubernetes.io/component" "metrics") | toYaml }}
{{- end -}}
