import {createRequire} from 'node:module'
import {defineConfig} from 'vitepress'

const installed = createRequire(import.meta.url)

const page = (text: string, link: string) => ({text, link})

// The pages are the Markdown of docs/, as it is read in the repository.
export default defineConfig({
  title: 'route-fix',
  description: 'Kubernetes pods with addresses of your own LAN, and Services that answer',
  lang: 'en',
  srcDir: '../docs',
  // pages outside of this folder do not find what is installed in it
  vite: {
    resolve: {
      alias: [
        {find: /^vue\/server-renderer$/, replacement: installed.resolve('vue/server-renderer')},
        {find: /^vue$/, replacement: installed.resolve('vue/dist/vue.runtime.esm-bundler.js')},
      ],
    },
  },
  rewrites: {'README.md': 'index.md'},
  base: process.env.SITE_BASE ?? '/',
  cleanUrls: false,
  // what lies outside of docs/ is read in the repository
  ignoreDeadLinks: [/\.\.\/(CHANGELOG|CONTRIBUTING|README|LICENSE|SECURITY)/],
  themeConfig: {
    search: {provider: 'local'},
    outline: [2, 3],
    nav: [page('Quick start', '/quick-start'), page('Troubleshooting', '/troubleshooting'), page('Questions', '/faq')],
    sidebar: [
      {
        text: 'Begin',
        items: [
          page('Quick start', '/quick-start'),
          page('Only some pods', '/only-some-pods'),
          page('Multus', '/multus'),
          page('VLANs', '/vlans'),
          page('Migration', '/migration'),
          page('Hypervisors', '/hypervisors'),
        ],
      },
      {
        text: 'Use',
        items: [
          page('Load balancers, kube-proxy', '/load-balancers'),
          page('Home Assistant', '/home-assistant'),
          page('Reserve an address', '/reservations'),
          page('Settings', '/configuration'),
          page('DHCP', '/dhcp'),
        ],
      },
      {
        text: 'Help',
        items: [
          page('Troubleshooting', '/troubleshooting'),
          page('Operations', '/operations'),
          page('Questions', '/faq'),
          page('Security', '/security'),
          page('Versions and support', '/versions'),
        ],
      },
      {
        text: 'How it works',
        collapsed: true,
        items: [
          page('The path of a packet', '/packet-path'),
          page('Architecture', '/architecture'),
          page('The relay', '/relay'),
          page('The image', '/image'),
          page('Performance', '/performance'),
          page('Decisions', '/decisions'),
        ],
      },
    ],
  },
})
