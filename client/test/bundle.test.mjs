// What is shipped: one small module that needs nothing, and one for React.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

const read = (path) => readFileSync(new URL('../' + path, import.meta.url), 'utf8');
const bundle = read('dist/cloche-browser.js');
const react = read('dist/react.js');

test('the module is at most 4 KB to transfer', (t) => {
    const size = gzipSync(bundle, { level: 9 }).length;
    t.diagnostic(`${size} bytes gzipped, ${bundle.length} as it is`);
    assert.ok(size <= 4096, `${size} bytes`);
});

test('it is self-contained', () => {
    assert.doesNotMatch(bundle, /\bimport\b|\brequire\b|\bprocess\b|sourceMappingURL/);
});

test('it runs where code made from text is forbidden', () => {
    for (const text of [bundle, react])
        assert.doesNotMatch(text, /\beval\b|\bFunction\(|innerHTML/);
});

test('it exports the client and its error, and nothing else', async () => {
    assert.deepEqual(Object.keys(await import('@cloche/browser')), ['ClocheError', 'createClient']);
});

test('the module for React imports React alone, and says that it is for the browser', async () => {
    assert.ok(react.startsWith("'use client';"));
    const imports = [...react.matchAll(/from\s*["']([^"']+)["']/g)].map(([, name]) => name);
    assert.deepEqual(imports, ['react']);
    assert.deepEqual(Object.keys(await import('@cloche/browser/react')), [
        'ClocheProvider',
        'SignedIn',
        'SignedOut',
        'useClient',
        'useSession',
    ]);
});

test('the package has no dependency at run time, and exact ones for its own tests', () => {
    const manifest = JSON.parse(read('package.json'));
    assert.equal(manifest.dependencies, undefined);
    assert.deepEqual(Object.keys(manifest.peerDependenciesMeta), ['react']);
    for (const version of Object.values(manifest.devDependencies))
        assert.match(version, /^\d[\d.]*$/);
});

test('the lock file names packages and their hashes, and no place to get them from', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    for (const [name, entry] of Object.entries(packages)) {
        assert.equal(entry.resolved, undefined, name);
        assert.ok(name === '' || entry.integrity, name);
    }
});
