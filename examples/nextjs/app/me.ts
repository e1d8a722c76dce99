// The API's answer to who is signed in, asked on the server. The gateway has put a fresh token on the request of the page;
// handing it on is all that the application has to do with tokens.
import { headers } from 'next/headers';

export interface Person {
    fullName: string;
    email: string;
    createdAt: string;
}

const api = process.env.API_URL ?? 'http://127.0.0.1:8000';

export async function me(): Promise<Person> {
    const authorization = (await headers()).get('authorization') ?? '';
    const answer = await fetch(`${api}/auth/me`, { headers: { authorization }, cache: 'no-store' });
    if (!answer.ok) throw new Error(`The API answered ${answer.status}`);
    const { data } = (await answer.json()) as { data: Person };
    return data;
}
