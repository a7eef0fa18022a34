using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Access;
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

    private static async Task<SignedList> WriteAsync(IServiceProvider services)
    {
        var list = await services.GetRequiredService<IRevocationList>().WriteAsync();
        return new(
            list.Bytes,
            await services.GetRequiredService<IReportKey>().SignAsync(list.Bytes),
            string.Create(CultureInfo.InvariantCulture, $"\"{list.Epoch}-{list.AsOf.ToUnixTimeSeconds()}\""));
    }

    private static IResult Answer(HttpContext context, byte[] body, string type, string tag)
    {
        context.Response.Headers.CacheControl = $"public, max-age={Fresh}";
        return Results.Bytes(body, type, entityTag: new EntityTagHeaderValue(tag));
    }

    private sealed record SignedList(byte[] Document, byte[] Signature, string Tag);
}
