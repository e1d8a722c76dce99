// What can go wrong between a gateway and an API, on purpose: a queue of faults by endpoint, each used up in turn.
//
//   api.faults.add('refresh', { kind: 'status', status: 503 })              once, instead of the endpoint's work
//   api.faults.add('refresh', { kind: 'reset', after: true })               the work is done, its answer is lost
//   api.faults.add('login', { kind: 'delay', ms: 500, times: Infinity })    from now on
//
// Kinds: delay (then as usual), status, garbage (200 with something that is no JSON), reset (connection cut), half
// (answer cut in mid-body), hang (no answer until the mock is stopped).
import { setTimeout as sleep } from 'node:timers/promises';

export class Faults {
    #queues = new Map();

    add(endpoint, fault) {
        if (!this.#queues.has(endpoint)) this.#queues.set(endpoint, []);
        this.#queues.get(endpoint).push({ times: 1, after: false, ...fault });
        return this;
    }

    clear(endpoint) {
        if (endpoint === undefined) this.#queues.clear();
        else this.#queues.delete(endpoint);
    }

    take(endpoint) {
        const queue = this.#queues.get(endpoint);
        const fault = queue?.[0];
        if (fault === undefined) return undefined;
        fault.times -= 1;
        if (fault.times <= 0) queue.shift();
        return fault;
    }
}

/**
 * Runs `work`, which returns { status, headers, body } or undefined if it answered itself, under the fault and sends
 * what comes of it.
 */
export async function answerUnder(fault, request, response, work) {
    const send = (reply) => {
        if (reply === undefined || response.destroyed) return;
        response.writeHead(reply.status, reply.headers);
        response.end(reply.body);
    };
    if (fault === undefined) return send(await work());
    if (fault.kind === 'delay') {
        if (fault.after) {
            const reply = await work();
            await sleep(fault.ms);
            return send(reply);
        }
        await sleep(fault.ms);
        return send(await work());
    }
    const reply = fault.after || fault.kind === 'half' ? await work() : undefined;
    if (fault.ms !== undefined) await sleep(fault.ms);
    switch (fault.kind) {
        case 'status':
            return send({
                status: fault.status,
                headers: { 'content-type': 'application/json', ...fault.headers },
                body: fault.body ?? JSON.stringify({ error: 'fault', message: `status ${fault.status} on purpose` }),
            });
        case 'garbage':
            return send({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>not what you asked for' });
        case 'reset':
            return request.socket.resetAndDestroy?.() ?? request.socket.destroy();
        case 'half': {
            const body = Buffer.from(reply.body ?? '');
            response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
            response.write(body.subarray(0, Math.floor(body.length / 2)));
            await sleep(20);
            return response.destroy();
        }
        case 'hang':
            return undefined;
        default:
            throw new Error(`unknown kind of fault: ${fault.kind}`);
    }
}
