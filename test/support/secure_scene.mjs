// A gateway that speaks https with a certificate of its own, and clients that trust it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';

import { run, temporaryFolder } from './cloche.mjs';
import { scene } from './scene.mjs';

/** A development certificate and what it comes with, as files. */
export async function devCert(folder) {
    const made = await run(['dev-cert', folder]);
    assert.equal(made.code, 0, made.stderr);
    const files = Object.fromEntries(['authority', 'certificate', 'key'].map((name) => [name, join(folder, `${name}.pem`)]));
    return { ...files, said: made.stdout };
}

/** The usual cast with a gateway that speaks https; `ask` is a client of HTTP/1.1. */
export async function secureScene(t, config = {}, { api } = {}) {
    const files = await devCert(temporaryFolder(t));
    const { certificate, key } = files;
    const tlsKeys = { certificates: [{ certificate, key }], ...config.tls };
    // The port is not known before it is bound: a host of any port stands for it.
    const all = await scene(t, { api, config: { public_url: 'https://localhost', ...config, tls: tlsKeys } });
    const { port } = new URL(all.gateway.origin);
    const ca = readFileSync(files.authority);
    const ask = (path, { method = 'GET', headers = {}, body } = {}) =>
        new Promise((resolve, reject) => {
            const request = https.request({ host: '127.0.0.1', port, servername: 'localhost', ca, method, path, agent: false, headers: { host: 'localhost', ...headers } }, (response) => {
                const pieces = [];
                response.on('data', (piece) => pieces.push(piece));
                response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() }));
            });
            request.on('error', reject);
            request.end(body);
        });
    return { ...all, ...files, port: Number(port), ca, ask };
}
