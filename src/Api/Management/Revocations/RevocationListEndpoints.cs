using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Operations;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>GET /revocations</c>: what is revoked here, signed, for whoever follows; <c>/revocations.sig</c>: its signature alone;
/// <c>/revocations/&lt;fingerprint or key id&gt;</c>: good, revoked or unknown. No login.
/// </summary>
internal static class RevocationListEndpoints
{
    private const string SignatureHeader = "X-Signature-Ed25519";

    // Whoever keeps an answer keeps it for so many seconds.
    private const int Fresh = 5;

    // Anybody may ask, as often as he likes.
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);

    public static void MapRevocationList(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var recent = new RecentAnswer<SignedList>(() => WriteAsync(services), Shared);
        endpoints.MapMethods("/revocations", ["GET", "HEAD"], async (HttpContext context) =>
        {
            var list = await recent.GetAsync();
            context.Response.Headers[SignatureHeader] = Convert.ToBase64String(list.Signature);
            return Answer(context, list.Document, "application/json", list.Tag);
        }).Require(new Requirement.Nothing());
        endpoints.MapMethods("/revocations.sig", ["GET", "HEAD"], async (HttpContext context) =>
        {
            var list = await recent.GetAsync();
            return Answer(context, list.Signature, "application/octet-stream", list.Tag);
        }).Require(new Requirement.Nothing());
        endpoints.MapMethods("/revocations/{key}", ["GET", "HEAD"], StatusAsync).Require(new Requirement.Nothing());
    }

    private static async Task<IResult> StatusAsync(
        string key, HttpContext context, ISignatureGate gate, ISigningKeyStore keys, CancellationToken cancellationToken)
    {
        if (!KeyName.TryParse(key, out var name))
            throw RefusedException.Field("key", "Ask by a fingerprint (40 or 64 hexadecimal digits) or a key id (16).");
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        var found = withheld.Find(name.KeyId, name.Fingerprint);
        var isKnown = found is not null || (await keys.FindAsync(name, cancellationToken)).Count > 0;
        context.Response.Headers.CacheControl = $"public, max-age={Fresh}";
        return PulpJson.Answer(new JsonObject
        {
            ["key"] = name.ToString(),
            ["status"] = found is not null ? "revoked" : isKnown ? "good" : "unknown",
            ["revocation"] = found?.Number,
            ["effective_from"] = PulpJson.Time(found?.Since),
        });
    }

    // The same for a minute, so that a list and its signature that are fetched one after the other fit.
    private static async Task<SignedList> WriteAsync(IServiceProvider services)
    {
        var revocations = services.GetRequiredService<IListing<RevocationRecord>>();
        var epoch = (await services.GetRequiredService<ISignatureGate>().AskAsync()).RequireConfirmed().Epoch;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var asOf = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        var entries = new JsonArray();
        const int perPage = 1_000;
        for (var offset = 0; ; offset += perPage)
        {
            var page = await revocations.ListAsync(
                new(Match.Of("in_force", true), [new("number", false)], perPage, offset));
            foreach (var one in page)
                entries.Add((JsonNode)Entry(one));
            if (page.Count < perPage)
                break;
        }

        var list = new JsonObject
        {
            ["as_of"] = PulpJson.Time(asOf),
            ["epoch"] = epoch,
            ["revocations"] = entries,
        };
        var document = Encoding.UTF8.GetBytes(PulpJson.Line(list) + "\n");
        return new(
            document,
            await services.GetRequiredService<IReportKey>().SignAsync(document),
            string.Create(CultureInfo.InvariantCulture, $"\"{epoch}-{asOf.ToUnixTimeSeconds()}\""));
    }

    private static JsonObject Entry(RevocationRecord one) => new()
    {
        ["number"] = one.Number,
        ["keys"] = PulpJson.Texts(one.Keys.Order(StringComparer.Ordinal)),
        ["image"] = one.Subject.Image?.ToString(),
        ["decided_at"] = PulpJson.Time(one.CreatedAt),
        ["effective_from"] = PulpJson.Time(one.EffectiveFrom),
    };

    private static IResult Answer(HttpContext context, byte[] body, string type, string tag)
    {
        context.Response.Headers.CacheControl = $"public, max-age={Fresh}";
        return Results.Bytes(body, type, entityTag: new EntityTagHeaderValue(tag));
    }

    private sealed record SignedList(byte[] Document, byte[] Signature, string Tag);
}
