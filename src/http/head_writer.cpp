#include "http/head_writer.hpp"

#include "http/head_bytes.hpp"
#include "http/message.hpp"

#include <charconv>
#include <cstring>

namespace cloche::http {

void head_writer::request_line(std::string_view method, std::string_view target) {
    // A space in the target would end it early: the rest would be read as the version.
    bad_ =
        bad_ || !is_token(method) || target.empty() || target.find(' ') != std::string_view::npos;
    out_.append(method).append(1, ' ').append(target).append(" HTTP/1.1\r\n");
    ++lines_;
}

void head_writer::status_line(unsigned status) {
    bad_ = bad_ || status < 100 || status > 999;
    out_.append("HTTP/1.1 ");
    number(status);
    out_.append(1, ' ').append(reason_phrase(status)).append("\r\n");
    ++lines_;
}

void head_writer::field(std::string_view name, std::string_view value) {
    bad_ = bad_ || !is_token(name);
    const std::size_t begin = out_.size();
    out_.resize(begin + name.size() + value.size() + 4);
    char* at = out_.data() + begin;
    const auto put = [&at](std::string_view text) {
        std::memcpy(at, text.data(), text.size());
        at += text.size();
    };
    put(name);
    put(": ");
    put(value);
    put("\r\n");
    ++lines_;
}

void head_writer::field(std::string_view name, std::uint64_t value) {
    bad_ = bad_ || !is_token(name);
    out_.append(name).append(": ");
    number(value);
    out_.append("\r\n");
    ++lines_;
}

void head_writer::number(std::uint64_t value) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
}

result<void> head_writer::finish() {
    out_.append("\r\n");
    ++lines_;
    // Every line written here ends in one CRLF. If there is one more, or any other control byte,
    // some part brought its own (PX-20): looked for once over the whole head, which costs less than
    // looking at each part.
    if (bad_ || !is_clean(std::string_view(out_).substr(start_), lines_)) {
        out_.resize(start_);
        CLOCHE_FAIL(errc::bad_field);
    }
    return {};
}

}  // namespace cloche::http
