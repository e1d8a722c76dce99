// The helpers that decide whether a test passes.
import assert from 'node:assert/strict';
import test from 'node:test';

import { readMail } from './cloche.mjs';
import { CookieJar, parseSetCookie } from './cookie_jar.mjs';
import { splitAnswers } from './http_raw.mjs';
import { makeJwt } from './tokens.mjs';
import { TrafficLog } from './traffic_log.mjs';

test('cookie jar: keeps, replaces and deletes', () => {
    const jar = new CookieJar();
    jar.take(['a=1; Path=/', 'b=2; Max-Age=60; Path=/']);
    jar.take(['a=3; Path=/', 'b=; Max-Age=0; Path=/', 'c=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
    assert.equal(jar.header, 'a=3');
});

test('cookie jar: holds to the prefixes', () => {
    const jar = new CookieJar();
    jar.take(['__Host-a=1; Path=/', '__Host-b=1; Secure; Path=/x', '__Host-Http-c=1; Secure; Path=/', '__Host-d=1; Secure; Path=/; Domain=x']);
    assert.deepEqual(jar.names, ['__Host-Http-c']);
});

test('cookie jar: an attribute twice is a fault', () => {
    assert.throws(() => parseSetCookie('a=1; Path=/; path=/'));
});

test('traffic log: finds a token in whatever dress, and refuses to check nothing', () => {
    const token = makeJwt({ sub: '1' });
    const dressed = [token, `x${token}y`, token.split('.')[2], Buffer.from(token).toString('base64')];
    for (const text of dressed) {
        const log = new TrafficLog();
        log.add('here', `…${text}…`);
        assert.throws(() => log.assertNoTokens([token]), /was seen in here/);
    }
    const log = new TrafficLog();
    assert.throws(() => log.assertNoTokens([token]), /checks nothing/);
    log.add('here', 'harmless');
    assert.throws(() => log.assertNoTokens([]), /checks nothing/);
    log.assertNoTokens([token]);
});

test('raw answers: split by length, chunks and status', () => {
    const answers = splitAnswers(
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi' +
            'HTTP/1.1 204 No Content\r\n\r\n' +
            'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n' +
            'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf',
    );
    assert.deepEqual(answers.map(({ status, body }) => [status, body]), [[200, 'hi'], [204, ''], [200, 'abc']]);
});

test('mails: a folded link is put together again', () => {
    const mail = readMail('To: zoe@example.org\r\nSubject: Hi\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nOpen http://localhost/auth/verify?token=3Dab=\r\ncd&email=3Dx\r\n');
    assert.equal(mail.link, 'http://localhost/auth/verify?token=abcd&email=x');
    assert.equal(mail.to, 'zoe@example.org');
});
