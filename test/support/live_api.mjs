// The usual API with WebSockets at /ws/…: one that echoes, one that is raw bytes, one that refuses.
import crypto from 'node:crypto';

import { WebSocketServer } from 'ws';

import { MockApi } from './mock_api.mjs';

/** `asked`: the last handshake; `sockets`: those that echo, in order; `raw`: the last raw one. */
export class LiveApi extends MockApi {
    sockets = [];

    #server = new WebSocketServer({ noServer: true, perMessageDeflate: true });

    onUpgrade(request, socket, head) {
        socket.on('error', () => {});
        this.upgrades = (this.upgrades ?? 0) + 1;
        this.asked = request;
        if (request.url.startsWith('/ws/refused')) {
            socket.end('HTTP/1.1 418 No\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsorry');
        } else if (request.url.startsWith('/ws/raw')) {
            const accept = crypto.createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
            socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
            if (head.length) socket.unshift(head);
            this.raw = socket;
        } else {
            this.#server.handleUpgrade(request, socket, head, (made) => {
                this.sockets.push(made);
                made.on('error', () => {});
                made.on('message', (data, isBinary) => made.send(data, { binary: isBinary }));
            });
        }
    }
}
