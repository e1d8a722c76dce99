// Everything that may be seen by a browser or by a reader of logs, and the check that no token is in it.
import assert from 'node:assert/strict';

/** A token as it is, as a URL or form would carry it, and the part of a JWT that makes it valid. */
function forms(token) {
    const all = new Set([token, encodeURIComponent(token), Buffer.from(token).toString('base64').replace(/=+$/, '')]);
    const parts = token.split('.');
    if (parts.length === 3) all.add(parts[2]);
    return [...all].filter((form) => form.length >= 12);
}

export class TrafficLog {
    #entries = [];

    add(source, text) {
        this.#entries.push({ source, text: String(text) });
    }

    get size() {
        return this.#entries.length;
    }

    find(text) {
        return this.#entries.filter((entry) => entry.text.includes(text));
    }

    /** `tokens`: any iterable of texts. Fails with where the first one was seen. */
    assertNoTokens(tokens) {
        let checked = 0;
        for (const token of tokens) {
            checked += 1;
            for (const form of forms(token)) {
                const [seen] = this.find(form);
                if (seen === undefined) continue;
                const at = seen.text.indexOf(form);
                assert.fail(`token ${token.slice(0, 8)}… was seen in ${seen.source}:\n…${seen.text.slice(Math.max(0, at - 200), at + 80)}…`);
            }
        }
        assert.ok(checked > 0, 'no tokens to look for: the test checks nothing');
        assert.ok(this.#entries.length > 0, 'nothing was recorded: the test checks nothing');
    }
}
