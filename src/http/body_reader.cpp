#include "http/body_reader.hpp"

#include <utility>

namespace cloche::http {

void body_reader::begin(body_framing framing, std::string_view input) noexcept {
    decoder_ = body_decoder(framing);
    rest_ = input;
    ahead_ = {};
    fault_.clear();
}

result<std::string_view> body_reader::next() {
    if (ahead_.empty()) look_ahead();
    const auto content = std::exchange(ahead_, {});
    if (content.empty()) {
        if (fault_) return fault_;
        return content;
    }
    look_ahead();
    return content;
}

void body_reader::look_ahead() {
    while (!fault_ && ahead_.empty() && !rest_.empty() && !decoder_.done()) {
        auto step = decoder_.decode(rest_);
        if (!step) {
            fault_ = step.error();
            return;
        }
        rest_.remove_prefix(step->consumed);
        ahead_ = step->content;
        if (step->consumed == 0) return;
    }
}

}  // namespace cloche::http
