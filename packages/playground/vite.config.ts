import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the pages into `dist/site`, which `src/site.ts` reads. */
export default defineConfig({
  root: here('src/page'),
  // Core's sources, so that a stale build of it can never end up in a page.
  resolve: { conditions: ['@stream-aligner/source', 'module', 'browser', 'production'] },
  build: {
    outDir: here('dist/site'),
    emptyOutDir: true,
    // The minifier of styles is a binary for every platform; gzip gets most of what it would save.
    cssMinify: false,
    // Small files inlined as data: URIs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Of the libraries that are in the files, as their licences ask.
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    rolldownOptions: { input: [here('src/page/index.html'), here('src/page/traces.html')] },
  },
});
