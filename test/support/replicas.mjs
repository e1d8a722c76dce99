// One gateway over any session store, or several over one that they share, as behind a balancer that sends each request
// anywhere.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { atEnd } from './cleanup.mjs';
import { startGateway, temporaryFolder } from './cloche.mjs';
import { MockApi } from './mock_api.mjs';
import { sharedStores } from './store_servers.mjs';
import { TrafficLog } from './traffic_log.mjs';
import { Visitor } from './visitor.mjs';

function makeKeys(t) {
    const file = join(temporaryFolder(t), 'session.keys');
    const key = { id: randomBytes(6).toString('base64url'), key: randomBytes(32).toString('base64url') };
    writeFileSync(file, JSON.stringify({ keys: [key] }), { mode: 0o600 });
    return file;
}

export const everyStore = ['memory', 'sqlite', ...Object.keys(sharedStores)];

/**
 * `store`: a name out of `everyStore`; `count` gateways over it, where it can be shared. `servers`: of the file, for a test
 * that leaves the server alone; `at`: the URL of another; without either it is the test's own, and `server`. `env`: of the
 * gateway with that index.
 */
export async function replicatedScene(t, { store, at, servers, count = 3, api: apiOptions = {}, session = {}, config = {}, env = () => ({}) }) {
    const log = new TrafficLog();
    const api = typeof apiOptions.start === 'function' ? apiOptions : await new MockApi(apiOptions).start();
    atEnd(t, () => api.stop());
    const isShared = store in sharedStores;
    const server = isShared && !servers && !at ? await sharedStores[store](t) : undefined;
    const url = async () => at ?? server?.url ?? (await servers.newPlace(store));
    const place = isShared ? { store: await url(), replicas: 'many', keys: makeKeys(t) } : { store };
    const gateways = [];
    for (let index = 0; index < (isShared ? count : 1); ++index) {
        gateways.push(await startGateway(t, api, { ...config, session: { ...place, ...session } }, { log, env: env(index) }));
    }
    return { log, api, server, gateways, person: () => new Person(gateways, log) };
}

/** One browser whose requests go to whichever gateway is next; its cookies are the same everywhere. */
export class Person {
    #next = 0;

    constructor(gateways, log) {
        this.gateways = gateways;
        this.log = log;
        const first = new Visitor(gateways[0].origin, { log });
        this.jar = first.jar;
    }

    /** At the gateway with that index; without one at the next. */
    at(index = this.#next++) {
        const gateway = this.gateways[index % this.gateways.length];
        return new Visitor(gateway.origin, { log: this.log, jar: this.jar });
    }
}
