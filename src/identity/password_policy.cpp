#include "identity/password_policy.hpp"

#include "identity/guess_estimate.hpp"
#include "identity/text.hpp"

#include <iterator>

namespace cloche::identity {
namespace {

void append(std::vector<std::string>& to, std::vector<std::string> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool is_word_byte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (word.size() >= 3) words.push_back(word);
        word.clear();
    };
    for (const char c : lower(text)) {
        if (is_word_byte(c)) {
            word += c;
        } else {
            finish();
        }
    }
    finish();
    return words;
}

password_policy::password_policy(std::size_t least, std::vector<std::string> site)
    : least_(least), site_(std::move(site)) {}

std::optional<password_problem> password_policy::check(
    const password& candidate, const std::optional<email_address>& email, std::string_view full_name
) const {
    const auto text = candidate.reveal();
    if (text.size() > most_bytes) return password_problem::too_long;
    const auto length = code_points(text);
    if (!length) return password_problem::not_text;
    if (*length < least_) return password_problem::too_short;
    if (guess_bits(text, {}) < least_bits) return password_problem::common;
    auto personal = site_;
    append(personal, words_of(full_name));
    if (email) append(personal, words_of(email->text()));
    if (guess_bits(text, personal) < least_bits) return password_problem::personal;
    return std::nullopt;
}

std::string password_policy::explain(password_problem problem) const {
    switch (problem) {
        case password_problem::not_text:
            return "The password is not valid text.";
        case password_problem::too_short:
            return "The password needs at least " + std::to_string(least_) +
                   " characters. A few words that have nothing to do with each other are good.";
        case password_problem::too_long:
            return "The password is longer than " + std::to_string(most_bytes) + " bytes.";
        case password_problem::common:
            return "This password is among the first that attackers try: it is made of common "
                   "words, rows of keys, "
                   "figures or repetitions. Take a few words that have nothing to do with each "
                   "other.";
        case password_problem::personal:
            return "This password is mostly made of your name, your address or the name of this "
                   "site, which attackers "
                   "try first. Take a few words that have nothing to do with you.";
    }
    return {};
}

}  // namespace cloche::identity
