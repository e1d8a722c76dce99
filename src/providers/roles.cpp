#include "providers/roles.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "tokens/jwt.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace cloche::providers {
namespace {

namespace json = boost::json;

void add_words(std::string_view text, std::vector<std::string>& to) {
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        if (!word.empty()) to.emplace_back(word);
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
}

std::vector<std::string> roles_in(const json::value& from, const std::string& pointer) {
    std::vector<std::string> roles;
    error ignored;
    const json::value* const found = from.find_pointer(pointer, ignored);
    if (found && found->is_string()) {
        add_words(found->get_string(), roles);
    } else if (found && found->is_array()) {
        for (const json::value& one : found->get_array()) {
            if (one.is_string()) roles.emplace_back(one.get_string());
        }
    }
    return roles;
}

}  // namespace

std::vector<std::string> read_roles(
    const roles_place& where, const access_token& token, std::string_view user_json
) {
    if (where.in == roles_place::kind::user) {
        const auto user = parse_json(user_json);
        return user ? roles_in(*user, where.at) : std::vector<std::string>();
    }
    auto jwt = tokens::decode_unverified(token.reveal());
    if (!jwt) return {};
    const json::value claims(std::move(jwt->claims));
    return roles_in(claims, where.at);
}

}  // namespace cloche::providers
