// What a browser keeps of Set-Cookie lines, as far as these tests need it (RFC 6265bis section 5.7): prefixes, Secure,
// Max-Age before Expires, deletion. One host.

export function parseSetCookie(line) {
    const [pair, ...rest] = line.split(';');
    const equals = pair.indexOf('=');
    const cookie = { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), attributes: new Map(), line };
    for (const part of rest) {
        const at = part.indexOf('=');
        const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
        if (cookie.attributes.has(name)) throw new Error(`attribute ${name} twice: ${line}`);
        cookie.attributes.set(name, at < 0 ? '' : part.slice(at + 1).trim());
    }
    return cookie;
}

export class CookieJar {
    #cookies = new Map();

    /** `trustworthy`: https, or a loopback name, where browsers take Secure cookies over plain http. */
    take(lines, { trustworthy = true } = {}) {
        for (const line of lines) {
            const cookie = parseSetCookie(line);
            const { attributes } = cookie;
            if (attributes.has('secure') && !trustworthy) continue;
            if (/^__(Secure|Host|Http|Host-Http)-/i.test(cookie.name) && !attributes.has('secure')) continue;
            if (/^__Host-/i.test(cookie.name) && (attributes.get('path') !== '/' || attributes.has('domain'))) continue;
            const expired = attributes.has('max-age')
                ? Number(attributes.get('max-age')) <= 0
                : attributes.has('expires') && Date.parse(attributes.get('expires')) <= Date.now();
            if (expired) this.#cookies.delete(cookie.name);
            else this.#cookies.set(cookie.name, cookie);
        }
    }

    get(name) {
        return this.#cookies.get(name)?.value;
    }

    set(name, value) {
        this.#cookies.set(name, { name, value, attributes: new Map() });
    }

    delete(name) {
        this.#cookies.delete(name);
    }

    get names() {
        return [...this.#cookies.keys()];
    }

    /** The value of a Cookie header; undefined when there is none to send. */
    get header() {
        if (this.#cookies.size === 0) return undefined;
        return [...this.#cookies.values()].map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
    }

    copy() {
        const other = new CookieJar();
        for (const cookie of this.#cookies.values()) other.#cookies.set(cookie.name, cookie);
        return other;
    }
}
