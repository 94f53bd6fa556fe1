/** What manifests/ renders to, as its users render it: by Kustomize and by Helm. Start at {@link dev.routefix.manifests.KustomizeTest}. */
@NullMarked
package dev.routefix.manifests;

import org.jspecify.annotations.NullMarked;
