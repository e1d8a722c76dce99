// Makes dist/: one self-contained module for the page, which the gateway also serves as it is, and one
// for React. tsc has checked the types before and written them beside.
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const shared = {
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    bundle: true,
    format: 'esm',
    // Whatever runs modules and BroadcastChannel runs this.
    target: 'es2020',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
};

await build({
    ...shared,
    entryPoints: ['src/index.ts'],
    outfile: 'dist/cloche-browser.js',
});
await build({
    ...shared,
    entryPoints: ['src/react.ts'],
    outfile: 'dist/react.js',
    external: ['react'],
    // Frameworks that render on the server have to be told which modules run in the browser.
    banner: { js: "'use client';" },
});
