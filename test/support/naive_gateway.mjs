// What people copy: route handlers that keep both tokens in cookies and refresh whenever one of them finds the access
// token gone. Nothing is shared between two requests. Argument: port, URL of the API.
import { createServer } from 'node:http';

const [port, api] = process.argv.slice(2);
const noCookie = (name) => `${name}=; Max-Age=0; Path=/; HttpOnly`;
const signedOut = { status: 401, cookies: [noCookie('access'), noCookie('refresh')], body: '{"error":"Signed out"}' };

function cookiesOf(request) {
    const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
    return Object.fromEntries(pairs);
}

async function tokensFrom(answer) {
    const { data } = await answer.json();
    const [, refresh] = /refreshToken=([^;]+)/.exec(answer.headers.getSetCookie().join('\n'));
    const cookies = [`access=${data.accessToken}; Max-Age=${data.expiresIn}; Path=/; HttpOnly`, `refresh=${refresh}; Max-Age=86400; Path=/; HttpOnly`];
    return { access: data.accessToken, cookies };
}

async function refreshed(cookies) {
    if (!cookies.refresh) return undefined;
    const answer = await fetch(`${api}/auth/refresh-token`, { method: 'POST', headers: { cookie: `refreshToken=${cookies.refresh}` } });
    return answer.ok ? tokensFrom(answer) : undefined;
}

async function handle(request, body) {
    const cookies = cookiesOf(request);
    switch (`${request.method} ${request.url}`) {
        case 'POST /api/auth/login': {
            const answer = await fetch(`${api}/auth/login`, { method: 'POST', body });
            return { status: 200, cookies: (await tokensFrom(answer)).cookies };
        }
        case 'POST /api/auth/refresh': {
            const fresh = await refreshed(cookies);
            return fresh ? { status: 200, cookies: fresh.cookies } : signedOut;
        }
        case 'GET /api/proxy/auth/me': {
            const tokens = cookies.access ? { access: cookies.access, cookies: [] } : await refreshed(cookies);
            if (!tokens) return signedOut;
            const answer = await fetch(`${api}/auth/me`, { headers: { authorization: `Bearer ${tokens.access}` } });
            return { status: answer.status, cookies: tokens.cookies, body: await answer.text() };
        }
        case 'DELETE /api/auth/logout':
            await fetch(`${api}/auth/logout`, { method: 'DELETE', headers: { cookie: `refreshToken=${cookies.refresh}` } });
            return { ...signedOut, status: 200 };
        default:
            return { status: 404, cookies: [] };
    }
}

createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await handle(request, Buffer.concat(chunks)).catch(() => ({ status: 502, cookies: [] }));
    response.writeHead(answer.status, { 'content-type': 'application/json', 'set-cookie': answer.cookies });
    response.end(answer.body ?? '{}');
}).listen(Number(port), '127.0.0.1');
