#include "torture/report.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>
#include <utility>

namespace cloche::torture {
namespace {

namespace json = boost::json;

double lifetimes(const plan& what, const figures& count) {
    const milliseconds life = what.api.access_token;
    return static_cast<double>(count.signed_in.count()) / static_cast<double>(life.count());
}

double in_seconds(milliseconds value) {
    return static_cast<double>(value.count()) / 1000.0;
}

double in_ms(std::chrono::microseconds value) {
    return static_cast<double>(value.count()) / 1000.0;
}

constexpr std::array<std::pair<const char*, double>, 4> shares{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}}};

void line(std::string& text, std::string_view name, const std::string& value) {
    constexpr std::size_t width = 34;
    text.append("  ").append(name);
    if (name.size() < width) text.append(width - name.size(), ' ');
    text.append(value).append("\n");
}

std::string with_decimals(double value, const char* format) {
    std::array<char, 64> room{};
    std::snprintf(room.data(), room.size(), format, value);
    return room.data();
}

}  // namespace

std::string in_words(const plan& what, const figures& count, milliseconds took) {
    std::string text;
    const auto number = [&](std::string_view name, std::uint64_t value) {
        line(text, name, std::to_string(value));
    };
    line(text, "seconds", with_decimals(in_seconds(took), "%.1f"));
    line(text, "access-token lifetimes lived", with_decimals(lifetimes(what, count), "%.0f"));
    number("sign-ins", count.sign_ins);
    number("requests", count.requests);
    number("refreshes", count.refreshes);
    number("  repeated, excused by a fault", count.repeats);
    number("  double spends", count.double_spends);
    number("signed out by the person", count.signed_out_by_person);
    number("signed out by the API", count.signed_out_by_api);
    number("lost unavoidably", count.lost_unavoidably);
    number("signed out undeserved", count.signed_out_undeserved);
    number("answers about somebody else", count.wrong_user);
    number("served after sign-out", count.served_after_sign_out);
    number("not served at the end", count.not_served_at_end);
    line(text, "seconds the run was late", with_decimals(in_seconds(count.late), "%.1f"));
    number("expired tokens at the API", count.stale_tokens);
    number("replicas killed", count.kills);
    number("replicas paused", count.pauses);
    number("replicas that ended by themselves", count.deaths);
    number("outages of the store", count.outages);
    number("browsers gone in mid-request", count.abandoned);
    for (std::size_t i = 1; i < count.faults.size(); ++i)
        number("fault: " + std::string(name_of(static_cast<fault>(i))), count.faults.at(i));
    for (const auto& [why, times] : count.failed)
        number("failed: " + why, times);
    for (const auto& [name, share] : shares)
        line(
            text,
            "latency " + std::string(name),
            with_decimals(in_ms(count.latency.at(share)), "%.2f ms")
        );
    line(text, "latency at most", with_decimals(in_ms(count.latency.most()), "%.2f ms"));
    for (const std::string& found : count.findings)
        text.append("! ").append(found).append("\n");
    return text;
}

std::string as_json(const plan& what, const figures& count, milliseconds took) {
    json::object faults;
    for (std::size_t i = 1; i < count.faults.size(); ++i)
        faults[name_of(static_cast<fault>(i))] = count.faults.at(i);
    json::object failed;
    for (const auto& [why, times] : count.failed)
        failed[why] = times;
    json::object latency;
    for (const auto& [name, share] : shares)
        latency[name] = in_ms(count.latency.at(share));
    latency["max"] = in_ms(count.latency.most());
    json::array findings;
    for (const std::string& found : count.findings)
        findings.emplace_back(found);
    const json::object all{
        {"seed", what.seed},
        {"seconds", in_seconds(took)},
        {"sessions", what.sessions},
        {"tabs", what.tabs},
        {"access_token_seconds", what.api.access_token.count()},
        {"grace_ms", what.api.grace.count()},
        {"clean", count.is_clean()},
        {"lifetimes", lifetimes(what, count)},
        {"sign_ins", count.sign_ins},
        {"requests", count.requests},
        {"refreshes", count.refreshes},
        {"repeats_excused", count.repeats},
        {"double_spends", count.double_spends},
        {"sign_outs",
         {{"by_person", count.signed_out_by_person},
          {"by_api", count.signed_out_by_api},
          {"unavoidable", count.lost_unavoidably},
          {"undeserved", count.signed_out_undeserved}}},
        {"wrong_user", count.wrong_user},
        {"served_after_sign_out", count.served_after_sign_out},
        {"not_served_at_end", count.not_served_at_end},
        {"late_seconds", in_seconds(count.late)},
        {"stale_tokens", count.stale_tokens},
        {"abandoned", count.abandoned},
        {"kills", count.kills},
        {"pauses", count.pauses},
        {"deaths", count.deaths},
        {"outages", count.outages},
        {"faults", std::move(faults)},
        {"failed", std::move(failed)},
        {"latency_ms", std::move(latency)},
        {"findings", std::move(findings)}};
    return json::serialize(all) + '\n';
}

}  // namespace cloche::torture
