#include "http/hop_by_hop.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::http {
namespace {

std::vector<field> fields_of(
    std::initializer_list<std::pair<std::string_view, std::string_view>> lines
) {
    std::vector<field> fields;
    for (const auto& [name, value] : lines)
        fields.push_back({identify(name), name, value});
    return fields;
}

std::vector<std::string> kept(const std::vector<field>& fields) {
    const hop_by_hop hops(fields);
    std::vector<std::string> names;
    for (const field& line : fields) {
        if (!hops.contains(line)) names.emplace_back(line.name);
    }
    return names;
}

using names = std::vector<std::string>;

TEST(hop_by_hop, the_fields_of_one_connection_do_not_go_on_PX_9) {
    EXPECT_EQ(
        kept(fields_of({
            {"Host", "a"},
            {"Connection", "keep-alive"},
            {"Keep-Alive", "timeout=5"},
            {"Proxy-Connection", "keep-alive"},
            {"Proxy-Authorization", "Basic x"},
            {"Proxy-Authenticate", "Basic"},
            {"proxy-authentication-info", "x"},
            {"Proxy-Features", "x"},
            {"TE", "trailers"},
            {"Trailer", "X"},
            {"Transfer-Encoding", "chunked"},
            {"Upgrade", "h2c"},
            {"Accept", "*/*"},
        })),
        (names{"Host", "Accept"})
    );
}

TEST(hop_by_hop, what_connection_names_does_not_go_on_PX_9) {
    EXPECT_EQ(
        kept(fields_of({
            {"X-Private", "1"},
            {"Cookie", "a=b"},
            {"X-Other", "2"},
            {"Connection", "close, x-private"},
            {"Connection", "COOKIE ,,\tx-third"},
            {"X-Third", "3"},
            {"X-Thirdly", "4"},
        })),
        (names{"X-Other", "X-Thirdly"})
    );
}

TEST(hop_by_hop, a_client_can_take_off_only_what_it_sent_itself_PX_9) {
    // The fields that the gateway sets are added after this, so naming them leaves them in place.
    const auto fields = fields_of(
        {{"Connection", "Authorization, X-Forwarded-For, Via"}, {"Authorization", "Bearer x"}}
    );
    EXPECT_EQ(kept(fields), names{});
}

TEST(hop_by_hop, an_ordinary_head_loses_nothing) {
    EXPECT_EQ(
        kept(fields_of(
            {{"Host", "a"},
             {"Prox", "x"},
             {"Proxy", "x"},
             {"TEa", "x"},
             {"Authorization", "Bearer x"}}
        )),
        (names{"Host", "Prox", "Proxy", "TEa", "Authorization"})
    );
}

TEST(hop_by_hop, the_name_close_is_an_option_and_not_a_field) {
    EXPECT_EQ(kept(fields_of({{"Connection", "close"}, {"Close", "x"}})), (names{"Close"}));
}

TEST(hop_by_hop, names_with_an_underscore_can_be_named_as_well) {
    std::vector<field> fields = fields_of({{"Connection", "x_a"}});
    fields.push_back({field_id::underscored, "X_A", "1"});
    EXPECT_EQ(kept(fields), names{});
}

}  // namespace
}  // namespace cloche::http
