// Taking one cookie out of a Cookie field takes that cookie out and nothing else (CK-15), and every
// pair is found by its name and by no other (CK-3, CK-4).
#include "cookies/cookie_header.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

using namespace cloche;

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

pairs pairs_of(std::string_view header) {
    pairs all;
    cookies::cookie_header walk(header);
    while (const auto pair = walk.next()) {
        CLOCHE_REQUIRE(fuzz::is_within(pair->name, header) && fuzz::is_within(pair->value, header));
        CLOCHE_REQUIRE(pair->name.find(';') == std::string_view::npos);
        CLOCHE_REQUIRE(pair->value.find(';') == std::string_view::npos);
        CLOCHE_REQUIRE(pair->name.find('=') == std::string_view::npos);
        all.emplace_back(pair->name, pair->value);
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view header = fuzz::text_of(data, size);
    const pairs all = pairs_of(header);

    std::string copy;
    const bool any = cookies::copy_without(header, {}, copy);
    CLOCHE_REQUIRE(any == !all.empty());
    CLOCHE_REQUIRE(pairs_of(copy) == all);

    // More names would make long inputs cost more than they tell.
    for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 8); ++i) {
        const std::string& name = all[i].first;
        if (name.empty()) continue;
        std::vector<std::string> expected;
        pairs others;
        for (const auto& pair : all) {
            if (pair.first == name) {
                expected.push_back(pair.second);
            } else {
                others.push_back(pair);
            }
        }
        const auto found = cookies::values_of(header, name);
        CLOCHE_REQUIRE(std::ranges::equal(found, expected));

        std::string kept = "before";
        const std::array<std::string_view, 1> dropped{name};
        const bool left = cookies::copy_without(header, dropped, kept);
        CLOCHE_REQUIRE(left == !others.empty());
        CLOCHE_REQUIRE(kept.starts_with("before"));
        CLOCHE_REQUIRE(pairs_of(std::string_view(kept).substr(6)) == others);
    }
    return 0;
}
