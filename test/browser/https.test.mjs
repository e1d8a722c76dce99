// A real browser against a gateway that speaks https itself: HTTP/2 for pages, scripts and the API, a WebSocket beside it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';

import { haveBrowser, openContext, startBrowser } from '../support/browser.mjs';
import { temporaryFolder } from '../support/cloche.mjs';
import { LiveApi } from '../support/live_api.mjs';
import { password, person } from '../support/mock_api.mjs';
import { eventually, scene } from '../support/scene.mjs';
import { devCert } from '../support/secure_scene.mjs';

const options = { timeout: 120_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };

const page = `<!doctype html>
<html lang="en">
<title>Orders</title>
<p id="who"></p>
<script type="module">
    import { createClient } from '/api/auth/client.js';
    window.auth = createClient();
    auth.onChange(({ status }) => (document.querySelector('#who').textContent = status));
    window.openSocket = () => {
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/api/proxy/ws/echo');
        window.heard = [];
        socket.onmessage = ({ data }) => heard.push(data);
        socket.onclose = ({ code, reason }) => (window.socketEnd = { code, reason });
        socket.onopen = () => socket.send('hello');
        window.socket = socket;
    };
</script>
</html>
`;

async function freePort() {
    const probe = net.createServer();
    await new Promise((done) => probe.listen(0, '127.0.0.1', done));
    const { port } = probe.address();
    await new Promise((done) => probe.close(done));
    return port;
}

test('pages, the client and the API over HTTP/2; a WebSocket that ends with the session', options, async (t) => {
    const site = temporaryFolder(t);
    writeFileSync(join(site, 'index.html'), page);
    const { certificate, key } = await devCert(temporaryFolder(t));
    const port = await freePort();
    const origin = `https://localhost:${port}`;
    const config = { listen: `127.0.0.1:${port}`, public_url: origin, tls: { certificates: [{ certificate, key }] }, frontend: { static: site }, proxy: { websockets: ['/ws/**'] } };
    const all = await scene(t, { api: await new LiveApi().start(), config });
    const context = await openContext(await startBrowser(t), all.log, { ignoreHTTPSErrors: true });
    const tab = await context.newPage();
    await tab.goto(origin);
    const shows = (status) => tab.locator('#who').getByText(status, { exact: true }).waitFor();
    await shows('signed_out');
    await tab.evaluate((fields) => window.auth.login(fields), { email: person.email, password });
    await shows('signed_in');
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly, cookie.sameSite], ['__Host-Http-session', true, true, 'Strict']);

    const answers = await tab.evaluate(() => Promise.all(Array.from({ length: 50 }, async (_, i) => (await auth.fetch(`/api/proxy/echo?i=${i}`)).status)));
    assert.ok(answers.every((status) => status === 200), `${answers}`);
    const spoken = await tab.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => entry.nextHopProtocol));
    // Of an entry that is still open the browser does not say.
    assert.deepEqual([...new Set(spoken.filter(Boolean))], ['h2']);

    await tab.evaluate(() => window.openSocket());
    await eventually('the echo', () => tab.evaluate(() => window.heard[0] === 'hello'));
    await tab.evaluate(() => window.auth.logout());
    await eventually('it is closed', () => tab.evaluate(() => window.socketEnd));
    assert.deepEqual(await tab.evaluate(() => window.socketEnd), { code: 1008, reason: 'the session is over' });
    assert.deepEqual(context.errors, []);
    all.log.assertNoTokens(all.api.tokens);
});
