using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
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

    public static void MapRevocationList(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/revocations", ["GET", "HEAD"], ListAsync).Require(new Requirement.Nothing());
        endpoints.MapMethods("/revocations.sig", ["GET", "HEAD"], SignatureAsync).Require(new Requirement.Nothing());
        endpoints.MapMethods("/revocations/{key}", ["GET", "HEAD"], StatusAsync).Require(new Requirement.Nothing());
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ISignatureGate gate, IListing<RevocationRecord> revocations, IReportKey key, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (document, tag) = await WriteAsync(gate, revocations, clock, cancellationToken);
        context.Response.Headers[SignatureHeader] =
            Convert.ToBase64String(await key.SignAsync(document, cancellationToken));
        return Answer(context, document, "application/json", tag);
    }

    private static async Task<IResult> SignatureAsync(
        HttpContext context, ISignatureGate gate, IListing<RevocationRecord> revocations, IReportKey key, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (document, tag) = await WriteAsync(gate, revocations, clock, cancellationToken);
        return Answer(context, await key.SignAsync(document, cancellationToken), "application/octet-stream", tag);
    }

    private static async Task<IResult> StatusAsync(
        string key, HttpContext context, ISignatureGate gate, ISigningKeyStore keys, CancellationToken cancellationToken)
    {
        var name = key.ToUpperInvariant();
        if (name.Length is not (16 or 40 or 64) || !name.All(char.IsAsciiHexDigit))
            throw RefusedException.Field("key", "Ask by a fingerprint (40 or 64 hexadecimal digits) or a key id (16).");
        var keyId = name.Length == 16 ? name : SignatureFilter.KeyIdOf(name);
        var fingerprint = name.Length == 16 ? null : name;
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        var found = withheld.Find(keyId, fingerprint);
        var isKnown = found is not null || (await keys.FindAsync(new(keyId, fingerprint), cancellationToken)).Count > 0;
        context.Response.Headers.CacheControl = $"public, max-age={Fresh}";
        return PulpJson.Answer(new JsonObject
        {
            ["key"] = name,
            ["status"] = found is not null ? "revoked" : isKnown ? "good" : "unknown",
            ["revocation"] = found?.Number,
            ["effective_from"] = PulpJson.Time(found?.Since),
        });
    }

    // The same for a minute, so that a list and its signature that are fetched one after the other fit.
    private static async Task<(byte[] Document, string Tag)> WriteAsync(
        ISignatureGate gate, IListing<RevocationRecord> revocations, TimeProvider clock, CancellationToken cancellationToken)
    {
        var epoch = (await gate.AskAsync(cancellationToken)).RequireConfirmed().Epoch;
        var now = clock.GetUtcNow();
        var asOf = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        var entries = new JsonArray();
        const int perPage = 1_000;
        for (var offset = 0; ; offset += perPage)
        {
            var page = await revocations.ListAsync(
                new(Match.Of("in_force", true), [new("number", false)], perPage, offset), cancellationToken);
            foreach (var one in page)
                entries.Add((JsonNode)Entry(one));
            if (page.Count < perPage)
                break;
        }

        var document = new JsonObject
        {
            ["as_of"] = PulpJson.Time(asOf),
            ["epoch"] = epoch,
            ["revocations"] = entries,
        };
        return (
            Encoding.UTF8.GetBytes(PulpJson.Line(document) + "\n"),
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
}
