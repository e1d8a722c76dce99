#include "identity/mail_composer.hpp"

#include "base/encoding.hpp"

namespace cloche::identity {
namespace {

/// Binds a sealed body to its row.
std::string bound_to(const std::string& mail_id) {
    return "cloche identity outbox " + mail_id;
}

std::string without_slash(std::string url) {
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

}  // namespace

mail_composer::mail_composer(
    std::string public_url, const crypto::key_ring& keys, crypto::random_source& random
)
    : public_url_(without_slash(std::move(public_url))), keys_(keys), random_(random) {}

outgoing_mail mail_composer::sealed(const email_address& to, mail_text text, instant now) const {
    outgoing_mail mail(base64url_encode(random_.bytes(12)), text.kind, to);
    mail.subject = std::move(text.subject);
    mail.sealed_body = keys_.seal(text.body, bound_to(mail.id), now, random_);
    mail.created = now;
    mail.give_up = now + link_life;
    return mail;
}

outgoing_mail mail_composer::verification(
    const email_address& to,
    std::string_view full_name,
    const verification_token& token,
    instant made,
    instant now
) const {
    const auto link = verification_link(public_url_, token, to);
    return sealed(to, verification_mail(link, full_name, made), now);
}

outgoing_mail mail_composer::already_registered(const email_address& to, instant now) const {
    return sealed(to, already_registered_mail(public_url_ + "/auth/login"), now);
}

outgoing_mail mail_composer::new_place(
    const email_address& to, const verification_token& token, instant now
) const {
    return sealed(to, new_place_mail(verification_link(public_url_, token, to)), now);
}

result<std::string> open_body(const outgoing_mail& mail, const crypto::key_ring& keys) {
    return keys.open(mail.sealed_body, bound_to(mail.id));
}

}  // namespace cloche::identity
