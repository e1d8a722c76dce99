#include "identity/guess_estimate.hpp"

#include "identity/common_words.hpp"
#include "identity/text.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

namespace cloche::identity {
namespace {

// What a piece costs, in bits: about the logarithm of how many pieces of its kind there are.
constexpr double word_bits = 9;        // some 500 words
constexpr double personal_bits = 3;    // a handful, tried first
constexpr double spelling_bits = 1.5;  // capitals or signs for letters somewhere in the word
constexpr double run_bits = 5;         // aaaa, abcd, 9876: where it starts and which way it goes
constexpr double walk_bits = 6;        // qwerty, 1q2w3e: one of 47 keys, and a direction
constexpr double turn_bits = 2;        // each change of direction
constexpr double again_bits = 2;       // the piece before it once more
constexpr double year_bits = 7;
constexpr double date_bits = 14;  // day, month and year in some order
constexpr double digit_bits = 3.32;
constexpr double letter_bits = 4.7;
constexpr double other_bits = 5;

constexpr std::size_t longest_looked_at = 128;
constexpr std::size_t shortest_run = 3;
constexpr std::size_t shortest_walk = 4;
constexpr std::size_t column_length = 3;  // keys from the upper row of letters to the lower: qaz

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
    return c >= 'a' && c <= 'z';
}

/// True when `sign` is written for `letter` (pa$$w0rd).
bool stands_for(char sign, char letter) noexcept {
    switch (letter) {
        case 'a':
            return sign == '4' || sign == '@';
        case 'b':
            return sign == '8';
        case 'e':
            return sign == '3';
        case 'g':
            return sign == '9' || sign == '6';
        case 'i':
        case 'l':
            return sign == '1' || sign == '!' || sign == '|';
        case 'o':
            return sign == '0';
        case 's':
            return sign == '5' || sign == '$';
        case 't':
            return sign == '7' || sign == '+';
        case 'z':
            return sign == '2';
        default:
            return false;
    }
}

/// Where a key lies on a US keyboard, rows shifted against each other by half a key or so.
struct key_place {
    int row = -1;
    int column = 0;
};

key_place place_of(char c) noexcept {
    constexpr std::array<std::string_view, 4> plain{
        "`1234567890-=", " qwertyuiop[]\\", " asdfghjkl;'", " zxcvbnm,./"};
    constexpr std::array<std::string_view, 4> shifted{
        "~!@#$%^&*()_+", " qwertyuiop{}|", " asdfghjkl:\"", " zxcvbnm<>?"};
    if (c == ' ') return {};
    for (std::size_t row = 0; row < plain.size(); ++row) {
        auto column = plain[row].find(c);
        if (column == std::string_view::npos) column = shifted[row].find(c);
        if (column != std::string_view::npos)
            return {static_cast<int>(row), static_cast<int>(column)};
    }
    return {};
}

/// The step from one key to the next, as a number; nothing if they are not neighbours. Beyond 1 and
/// -1: to another row.
std::optional<int> step_between(char from, char to) noexcept {
    const auto a = place_of(from);
    const auto b = place_of(to);
    if (a.row < 0 || b.row < 0) return std::nullopt;
    const int down = b.row - a.row;
    const int right = b.column - a.column;
    const bool same_key = down == 0 && right == 0;
    if (same_key || down < -1 || down > 1 || right < -1 || right > 1) return std::nullopt;
    return down * 3 + right;
}

int two_digits(std::string_view text) noexcept {
    return (text[0] - '0') * 10 + (text[1] - '0');
}

bool is_year(std::string_view four) noexcept {
    return four.starts_with("19") || four.starts_with("20");
}

/// Day and month in either order.
bool is_day(std::string_view four) noexcept {
    const int a = two_digits(four);
    const int b = two_digits(four.substr(2));
    return a >= 1 && b >= 1 && ((a <= 31 && b <= 12) || (a <= 12 && b <= 31));
}

/// Six digits or eight; the year, in two digits or four, at the end or at the beginning.
bool is_date(std::string_view digits) noexcept {
    const auto year = digits.size() - 4;
    const bool any_year = year == 2;
    return (is_day(digits.substr(0, 4)) && (any_year || is_year(digits.substr(4)))) ||
           (is_day(digits.substr(year)) && (any_year || is_year(digits.substr(0, 4))));
}

class estimate {
public:
    estimate(std::string_view text, std::span<const std::string> personal)
        : original_(text.substr(0, longest_looked_at)),
          folded_(lower(original_)),
          personal_(personal) {
        cheapest_.assign(folded_.size() + 1, std::numeric_limits<double>::infinity());
        cheapest_[0] = 0;
    }

    double bits() {
        for (std::size_t at = 0; at < folded_.size(); ++at) {
            single(at);
            for (const auto word : common_words())
                match(at, word, word_bits);
            for (const auto& word : personal_)
                match(at, word, personal_bits);
            run(at);
            walk(at);
            figures(at);
            repetition(at);
        }
        return cheapest_.back();
    }

private:
    /// A piece of `length` from `at` costs `bits`.
    void offer(std::size_t at, std::size_t length, double bits) {
        auto& known = cheapest_[at + length];
        known = std::min(known, cheapest_[at] + bits);
    }

    void single(std::size_t at) {
        const char c = folded_[at];
        offer(at, 1, is_letter(c) ? letter_bits : is_digit(c) ? digit_bits : other_bits);
    }

    void match(std::size_t at, std::string_view word, double bits) {
        if (word.size() > folded_.size() - at) return;
        bool plain = true;
        for (std::size_t i = 0; i < word.size(); ++i) {
            const char c = folded_[at + i];
            if (c != word[i] && !stands_for(c, word[i])) return;
            plain = plain && original_[at + i] == word[i];
        }
        offer(at, word.size(), plain ? bits : bits + spelling_bits);
    }

    /// The same character, or the next, or the one before, again and again; also each of them twice
    /// or three times.
    void run(std::size_t at) {
        for (const int step : {-1, 0, 1}) {
            for (const std::size_t times : {1, 2, 3}) {
                std::size_t length = 1;
                while (at + length < folded_.size() &&
                       folded_[at + length] == folded_[at] + step * static_cast<int>(length / times)
                )
                    ++length;
                const double bits = times == 1 ? run_bits : run_bits + 1;
                for (std::size_t part = shortest_run; part <= length; ++part)
                    offer(at, part, bits);
            }
        }
    }

    /// From key to neighbouring key. Going to and fro between two rows (1q2w3e) is one direction.
    void walk(std::size_t at) {
        std::array<std::optional<int>, 2> last;
        double bits = walk_bits;
        for (std::size_t length = 2; at + length <= folded_.size(); ++length) {
            const auto step = step_between(folded_[at + length - 2], folded_[at + length - 1]);
            if (!step) return;
            const bool goes_on = !last[0] || !last[1] || *step == *last[0] || *step == *last[1];
            if (!goes_on) bits += turn_bits;
            const bool down_a_column =
                length == column_length && *step == last[0] && (*step > 1 || *step < -1);
            last = {step, last[0]};
            if (length >= shortest_walk || down_a_column) offer(at, length, bits);
        }
    }

    /// Years and dates.
    void figures(std::size_t at) {
        const auto rest = std::string_view(folded_).substr(at);
        const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        if (digits >= 4 && is_year(rest.substr(0, 4))) offer(at, 4, year_bits);
        for (const std::size_t length : {6, 8}) {
            if (digits >= length && is_date(rest.substr(0, length))) offer(at, length, date_bits);
        }
    }

    /// What stood just before, once more.
    void repetition(std::size_t at) {
        const auto all = std::string_view(folded_);
        for (std::size_t length = 1; length <= at && at + length <= all.size(); ++length) {
            if (all.substr(at - length, length) == all.substr(at, length))
                offer(at, length, again_bits);
        }
    }

    std::string_view original_;
    std::string folded_;
    std::span<const std::string> personal_;
    std::vector<double> cheapest_;  ///< by length of the prefix
};

}  // namespace

double guess_bits(std::string_view password, std::span<const std::string> personal) {
    return estimate(password, personal).bits();
}

}  // namespace cloche::identity
