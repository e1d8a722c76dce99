#include "outbox.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace cloche_demo {
namespace {

namespace fs = std::filesystem;

/// No mail of the identity API comes near this.
constexpr std::size_t longest_mail = 64 * 1024;

/// What is still being written has another ending.
std::vector<fs::path> mail_files(const std::string& folder) {
    std::vector<fs::path> files;
    if (folder.empty()) return files;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        if (entry->path().extension() == ".eml") files.push_back(entry->path());
    }
    return files;
}

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(longest_mail, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace

mail read_mail(std::string_view message) {
    std::string plain(message);
    plain.erase(std::remove(plain.begin(), plain.end(), '\r'), plain.end());
    mail read;
    std::string_view rest = plain;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty()) break;
        const auto after = [line](std::string_view name) {
            return line.starts_with(name) ? line.substr(name.size()) : std::string_view();
        };
        if (const auto to = after("To: "); !to.empty()) read.to = to;
        if (const auto subject = after("Subject: "); !subject.empty()) read.subject = subject;
        if (const auto date = after("Date: "); !date.empty()) read.date = date;
    }
    read.text = rest;
    return read;
}

std::vector<mail> newest_mails(const std::string& folder, std::size_t most) {
    auto files = mail_files(folder);
    // Their names begin with the time.
    std::sort(files.rbegin(), files.rend());
    if (files.size() > most) files.resize(most);
    std::vector<mail> mails;
    for (const auto& file : files) {
        const auto text = read_file(file);
        if (!text.empty()) mails.push_back(read_mail(text));
    }
    return mails;
}

std::size_t count_mails(const std::string& folder) {
    return mail_files(folder).size();
}

std::string_view confirmation_path(std::string_view link) {
    const auto scheme = link.find("://");
    if (scheme == std::string_view::npos) return {};
    const auto path = link.find('/', scheme + 3);
    if (path == std::string_view::npos) return {};
    link.remove_prefix(path);
    return link.starts_with("/auth/verify?") ? link : std::string_view();
}

}  // namespace cloche_demo
