// fastify as a gateway: a server-side session behind a cookie, whose access token goes to the API. Nobody refreshes it.
//
//     node server.mjs PORT API_PORT
import cookie from '@fastify/cookie';
import proxy from '@fastify/http-proxy';
import session from '@fastify/session';
import Fastify from 'fastify';

const [port, api] = process.argv.slice(2).map(Number);
const upstream = `http://127.0.0.1:${api}`;

const app = Fastify({ logger: false, keepAliveTimeout: 600_000, bodyLimit: 128 * 1024 * 1024 });
await app.register(cookie);
await app.register(session, {
    secret: 'a secret that has to be at least 32 characters long',
    cookieName: 'sid',
    saveUninitialized: false,
    rolling: false,
    cookie: { secure: false, httpOnly: true, sameSite: 'lax', maxAge: 86_400_000 },
});

app.post('/login', async (request) => {
    const answer = await fetch(`${upstream}/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request.body) });
    request.session.set('accessToken', (await answer.json()).data.accessToken);
    return { data: {} };
});

const withoutSession = (cookies = '') => cookies.split('; ').filter((part) => !part.startsWith('sid=')).join('; ');

await app.register(proxy, {
    upstream,
    prefix: '/api',
    undici: { connections: 256, pipelining: 1 },
    preHandler: async (request, reply) => {
        if (!request.session.get('accessToken')) return reply.code(401).send({ message: 'sign in' });
    },
    replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
            ...headers,
            cookie: withoutSession(headers.cookie),
            authorization: `Bearer ${request.session.get('accessToken')}`,
        }),
    },
});
await app.listen({ host: '127.0.0.1', port });
