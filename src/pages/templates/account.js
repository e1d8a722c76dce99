// Makes the account page's section about calling the API work. Everything else there works without it.
'use strict';
const section = document.getElementById('try');
const button = document.getElementById('call'); // null where the API has no request to call
const answer = document.getElementById('answer');

async function call() {
    button.disabled = true;
    let text;
    try {
        const response = await fetch(button.dataset.url, { headers: { accept: 'application/json', 'x-csrf': '1' } });
        const body = await response.text();
        try {
            text = `${response.status}\n${JSON.stringify(JSON.parse(body), null, 2)}`;
        } catch {
            text = `${response.status}\n${body}`;
        }
    } catch {
        text = 'No answer: the network or the gateway is not there.';
    }
    answer.textContent = text;
    answer.hidden = false;
    button.disabled = false;
}

if (button) {
    button.addEventListener('click', call);
    section.hidden = false;
}

// A page that comes back from the back/forward cache may show someone who has signed out meanwhile.
addEventListener('pageshow', async (event) => {
    if (!event.persisted) return;
    try {
        const response = await fetch(section.dataset.session, { headers: { accept: 'application/json' } });
        if (response.ok && !(await response.json()).authenticated) location.reload();
    } catch {
        // Not reachable: what is shown stays; the next request decides.
    }
});
