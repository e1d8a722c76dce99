// The examples of the README compile against what is shipped.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(folder + 'README.md', 'utf8');
const examples = new Map();
for (const [, language, text] of readme.matchAll(/^```(tsx?)\n(.*?)^```$/gms)) {
    examples.set(`${folder}example-${examples.size}.${language}`, text);
}

test('the examples compile', () => {
    assert.equal(examples.size, 2);
    const { config } = ts.readConfigFile(folder + 'test-d/tsconfig.json', ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder + 'test-d');
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (name) => examples.has(name) || fileExists(name);
    host.readFile = (name) => examples.get(name) ?? readFile(name);
    host.getSourceFile = (name, version) =>
        examples.has(name)
            ? ts.createSourceFile(name, examples.get(name), version)
            : getSourceFile(name, version);
    const program = ts.createProgram([...examples.keys()], options, host);
    const found = ts.getPreEmitDiagnostics(program);
    assert.equal(ts.formatDiagnostics(found, { ...host, getCurrentDirectory: () => folder }), '');
});

test('the page in ten lines is the same in the README of the whole', () => {
    const whole = readFileSync(folder + '../README.md', 'utf8');
    const [page] = /^```html\n.*?^```$/ms.exec(readme);
    assert.ok(whole.includes(page));
});

test('every member of a client is in the README, and every reason', () => {
    const types = readFileSync(folder + 'dist/types/client.d.ts', 'utf8');
    const [, members] = /interface Client<U = User> \{(.*?)^\}/ms.exec(types);
    for (const [, name] of members.matchAll(/^    (?:readonly )?(\w+)[(:]/gm)) {
        assert.match(readme, new RegExp(`\\x60${name}\\b`), name);
    }
    const reasons = readFileSync(folder + 'dist/types/types.d.ts', 'utf8');
    const [, union] = /type Reason =(.*?);/s.exec(reasons);
    for (const [, reason] of union.matchAll(/'(\w+)'/g))
        assert.ok(readme.includes(`\`${reason}\``), reason);
});
