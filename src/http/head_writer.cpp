#include "http/head_writer.hpp"

#include "http/head_bytes.hpp"
#include "http/message.hpp"

#include <algorithm>
#include <charconv>

namespace cloche::http {

// Where a line is put, behind those before it: `size` bytes at most, its CRLF not counted.
class head_writer::line {
public:
    line(head_writer& head, std::size_t size) : head_(head) {
        const std::size_t needed = head.end_ + size + 2;
        auto& out = head.out_;
        if (out.size() < needed) out.resize(std::max({needed, 2 * out.size(), usual_size}));
        at_ = out.data() + head.end_;
    }
    line(const line&) = delete;
    line& operator=(const line&) = delete;
    ~line() {
        put("\r\n");
        head_.end_ = static_cast<std::size_t>(at_ - head_.out_.data());
        ++head_.lines_;
    }

    line& put(std::string_view text) noexcept {
        at_ = std::copy(text.begin(), text.end(), at_);
        return *this;
    }
    line& put(std::uint64_t number) noexcept {
        at_ = std::to_chars(at_, at_ + most_digits, number).ptr;
        return *this;
    }

    static constexpr std::size_t most_digits = 20;

private:
    static constexpr std::size_t usual_size = 512;

    head_writer& head_;
    char* at_;
};

void head_writer::request_line(std::string_view method, std::string_view target) {
    constexpr std::string_view version = " HTTP/1.1";
    // A space in the target would end it early: the rest would be read as the version.
    bad_ =
        bad_ || !is_token(method) || target.empty() || target.find(' ') != std::string_view::npos;
    line(*this, method.size() + 1 + target.size() + version.size())
        .put(method)
        .put(" ")
        .put(target)
        .put(version);
}

void head_writer::status_line(unsigned status) {
    constexpr std::string_view version = "HTTP/1.1 ";
    bad_ = bad_ || status < 100 || status > 999;
    const std::string_view reason = reason_phrase(status);
    line(*this, version.size() + line::most_digits + 1 + reason.size())
        .put(version)
        .put(status)
        .put(" ")
        .put(reason);
}

void head_writer::field(std::string_view name, std::string_view value) {
    bad_ = bad_ || !is_token(name);
    line(*this, name.size() + 2 + value.size()).put(name).put(": ").put(value);
}

void head_writer::field(std::string_view name, std::uint64_t value) {
    bad_ = bad_ || !is_token(name);
    line(*this, name.size() + 2 + line::most_digits).put(name).put(": ").put(value);
}

result<void> head_writer::finish() {
    line(*this, 0).put("");
    // Every line written here ends in one CRLF. If there is one more, or any other control byte,
    // some part brought its own (PX-20): looked for once over the whole head, which costs less than
    // looking at each part.
    const std::string_view head(out_.data() + start_, end_ - start_);
    const bool good = !bad_ && is_clean(head, lines_);
    out_.resize(good ? end_ : start_);
    if (!good) CLOCHE_FAIL(errc::bad_field);
    return {};
}

}  // namespace cloche::http
