#include "base/atomic_file.hpp"
#include "identity/mail_transport.hpp"
#include "identity/text.hpp"
#include "observability/log.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>

namespace cloche::identity {
namespace {

namespace fs = std::filesystem;
using observability::level;
using observability::log_line;

/// Only what is no sign to a shell or a file system: a local part may hold nearly anything.
std::string for_file_name(std::string_view text) {
    std::string out(text);
    const auto harmless = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '@' || c == '-' || c == '+';
    };
    std::replace_if(
        out.begin(), out.end(), [&](char c) { return !harmless(c); }, '_'
    );
    return out;
}

/// `20240512T043724.007Z-verification-zoe@example.org-Ab3xY_9-.eml`: in order of time, and unique.
std::string file_name(const outgoing_mail& mail) {
    auto when = timestamp(mail.created);
    when.erase(
        std::remove_if(when.begin(), when.end(), [](char c) { return c == '-' || c == ':'; }),
        when.end()
    );
    return when + "-" + std::string(name_of(mail.kind)) + "-" + for_file_name(mail.to.text()) +
           "-" + for_file_name(mail.id) + ".eml";
}

class file_mail_transport final : public mail_transport {
public:
    explicit file_mail_transport(std::string folder) : folder_(std::move(folder)) {}

    result<void> send(const outgoing_mail& mail, std::string_view message, std::string& why)
        override {
        if (cancelled_) CLOCHE_FAIL(errc::mail_unreachable);
        std::error_code failed;
        if (fs::create_directories(folder_, failed))
            fs::permissions(folder_, fs::perms::owner_all, failed);
        const auto path = (fs::path(folder_) / file_name(mail)).string();
        const auto written = write_file(path, message, 0600);
        if (!written) {
            why = "cannot write " + path + ": " + written.error().message();
            CLOCHE_FAIL(errc::mail_unreachable);
        }
        log_line(level::info, "mail_written").with("kind", name_of(mail.kind)).with("file", path);
        return {};
    }

    void cancel() noexcept override { cancelled_ = true; }

private:
    const std::string folder_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace

std::unique_ptr<mail_transport> make_file_mail_transport(std::string folder) {
    return std::make_unique<file_mail_transport>(std::move(folder));
}

}  // namespace cloche::identity
