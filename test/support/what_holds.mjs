// Rows of the table in docs/sessions.md: one case, over each store that it names and in both modes, against an API that
// rotates with no grace and ends the family when a token is used twice, except where a row says otherwise.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { exchange } from './http_client.mjs';
import { replicatedScene } from './replicas.mjs';
import { eventually, sleep, tally } from './scene.mjs';

export const path = '/api/proxy/guarded';

/**
 * `options`: those of `replicatedScene`; `atOnce`: how many of its tests run beside each other, as they mostly wait;
 * `prepare(t)`: gives further options. `body({ store, mode, api, gateways, server, person, zoe, … })`: `zoe` is signed in,
 * and what was prepared is there.
 */
export function row(what, stores, { atOnce = 8, prepare = () => ({}), ...options }, body) {
    describe(what, { concurrency: atOnce }, () => {
        for (const store of stores) {
            for (const mode of ['server', 'tokens']) {
                it(`${what}: ${store}, ${mode}`, { timeout: 180_000 }, async (t) => {
                    const prepared = prepare(t);
                    const scene = await replicatedScene(t, { store, count: 1, ...options, ...prepared, session: { mode } });
                    const zoe = scene.person();
                    const answer = await zoe.at(0).signIn();
                    assert.equal(answer.status, 200, answer.describe());
                    await body({ ...prepared, ...scene, store, mode, zoe });
                    const problems = scene.gateways.flatMap(({ program }) => program.events.filter(({ event }) => event === 'refresh_broke'));
                    assert.deepEqual(problems, []);
                });
            }
        }
    });
}

/** Until an access token that was issued before is surely over. */
export const untilExpired = (api) => sleep(api.accessLife * 1_000 + 300);

/** Statuses and codes of answers, with how often each came. */
export const outcomes = (answers) => tally(answers.map((answer) => `${answer.status} ${answer.headers['cloche-error'] ?? ''}`.trim()));

/** Of several gateways together. */
export async function metric(gateways, name) {
    let sum = 0;
    for (const gateway of [gateways].flat()) {
        const { text } = await exchange(`${gateway.operationsUrl}/metrics`);
        sum += Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
    }
    return sum;
}

/** Their log lines of that event, as far as they are written: the log is a thread of its own. */
export const told = (gateways, event) => [gateways].flat().flatMap(({ program }) => program.events.filter((line) => line.event === event));

/** The same once there are as many. */
export const logged = (gateways, event, count = 1) =>
    eventually(`${count} lines ${event}`, () => {
        const lines = told(gateways, event);
        return lines.length >= count ? lines : undefined;
    });

/** The access and the refresh token that the API issued last to this person. */
export const newestTokens = (api, email) => ({
    accessToken: [...api.tokens].filter((token) => token.includes('.')).at(-1),
    refreshToken: api.familiesOf(email).at(-1).current,
});
