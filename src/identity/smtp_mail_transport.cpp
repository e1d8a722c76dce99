#include "identity/mail_transport.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

namespace cloche::identity {
namespace {

constexpr long connect_seconds = 10;
constexpr long transfer_seconds = 60;

struct curl_closer {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using curl_handle = std::unique_ptr<CURL, curl_closer>;
using curl_url_handle = std::unique_ptr<CURLU, curl_closer>;
using curl_list = std::unique_ptr<curl_slist, curl_closer>;

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

bool is_loopback(std::string_view host) noexcept {
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "::1";
}

/// The bytes that are still to be sent.
std::size_t read_message(
    char* buffer, std::size_t size, std::size_t count, void* context
) noexcept {
    auto& rest = *static_cast<std::string_view*>(context);
    const auto taken = std::min(size * count, rest.size());
    std::copy_n(rest.data(), taken, buffer);
    rest.remove_prefix(taken);
    return taken;
}

int watch_cancel(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    return static_cast<const std::atomic<bool>*>(context)->load() ? 1 : 0;
}

class smtp_mail_transport final : public mail_transport {
public:
    smtp_mail_transport(CURLU* parts, email_address from)
        : from_(std::move(from)),
          user_(part_of(parts, CURLUPART_USER)),
          password_(part_of(parts, CURLUPART_PASSWORD)),
          loopback_(is_loopback(part_of(parts, CURLUPART_HOST))) {
        curl_url_set(parts, CURLUPART_USER, nullptr, 0);
        curl_url_set(parts, CURLUPART_PASSWORD, nullptr, 0);
        // The path is what we call ourselves in EHLO (RFC 5321 section 4.1.1.1).
        curl_url_set(parts, CURLUPART_PATH, ("/" + std::string(from_.domain())).c_str(), 0);
        url_ = part_of(parts, CURLUPART_URL);
    }

    result<void> send(const outgoing_mail& mail, std::string_view message, std::string& why)
        override {
        curl_handle session(curl_easy_init());
        curl_list recipients(curl_slist_append(nullptr, mail.to.text().c_str()));
        if (!session || !recipients) CLOCHE_FAIL(errc::mail_unreachable);
        std::array<char, CURL_ERROR_SIZE> words{};
        prepare(session.get(), recipients.get(), words.data());
        curl_easy_setopt(session.get(), CURLOPT_READFUNCTION, &read_message);
        curl_easy_setopt(session.get(), CURLOPT_READDATA, &message);
        const auto done = curl_easy_perform(session.get());
        if (done == CURLE_OK) return {};
        long answered = 0;
        curl_easy_getinfo(session.get(), CURLINFO_RESPONSE_CODE, &answered);
        why = words[0] ? words.data() : curl_easy_strerror(done);
        if (answered > 0) why += " (" + std::to_string(answered) + ")";
        // 5yz: permanent negative completion (RFC 5321 section 4.2.1). A refused sign-in is ours to
        // mend, and the mail can wait for it.
        if (answered >= 500 && answered < 600 && done != CURLE_LOGIN_DENIED)
            CLOCHE_FAIL(errc::mail_refused);
        CLOCHE_FAIL(errc::mail_unreachable);
    }

    void cancel() noexcept override { cancelled_ = true; }

private:
    void prepare(CURL* session, curl_slist* recipients, char* words) {
        const auto set = [session](CURLoption option, auto value) {
            curl_easy_setopt(session, option, value);
        };
        set(CURLOPT_ERRORBUFFER, words);
        set(CURLOPT_URL, url_.c_str());
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
        set(CURLOPT_TIMEOUT, transfer_seconds);
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_MAIL_FROM, from_.text().c_str());
        set(CURLOPT_MAIL_RCPT, recipients);
        // A password never goes out in the clear.
        const bool must = !user_.empty() && !loopback_;
        set(CURLOPT_USE_SSL, static_cast<long>(must ? CURLUSESSL_ALL : CURLUSESSL_TRY));
        if (!user_.empty()) {
            set(CURLOPT_USERNAME, user_.c_str());
            set(CURLOPT_PASSWORD, password_.c_str());
        }
        set(CURLOPT_NOPROGRESS, 0L);
        set(CURLOPT_XFERINFOFUNCTION, &watch_cancel);
        set(CURLOPT_XFERINFODATA, static_cast<void*>(&cancelled_));
    }

    const email_address from_;
    const std::string user_;
    const std::string password_;
    const bool loopback_;
    std::string url_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace

std::unique_ptr<mail_transport> make_smtp_mail_transport(
    const std::string& url, email_address from
) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    const curl_url_handle parts(curl_url());
    const bool read = ready == CURLE_OK && parts &&
                      curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
    if (!read) return nullptr;
    const auto scheme = part_of(parts.get(), CURLUPART_SCHEME);
    if (scheme != "smtp" && scheme != "smtps") return nullptr;
    return std::make_unique<smtp_mail_transport>(parts.get(), std::move(from));
}

}  // namespace cloche::identity
