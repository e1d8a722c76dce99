// Tokens as the mock APIs issue them. The gateway does not verify the access token of a JSON API, so any key will do.
import { createHmac, randomBytes } from 'node:crypto';

const key = randomBytes(32);
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export const randomToken = () => randomBytes(32).toString('base64url');

/** A JWT with these claims; `jti` makes each one different. */
export function makeJwt(claims) {
    const signed = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode({ jti: randomToken(), ...claims })}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

export function readJwt(token) {
    return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}
