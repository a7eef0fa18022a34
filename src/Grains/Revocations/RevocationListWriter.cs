using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Lists;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Revocations;

/// <inheritdoc cref="IRevocationList"/>
internal sealed class RevocationListWriter(
    IListing<RevocationRecord> revocations, ISignatureGate gate, TimeProvider clock) : IRevocationList
{
    private const int PerPage = 1_000;

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // The same for a minute, so that a list and its signature that are fetched one after the other fit.
    public async Task<RevocationListDocument> WriteAsync(CancellationToken cancellationToken)
    {
        var epoch = (await gate.AskAsync(cancellationToken)).RequireConfirmed().Epoch;
        var now = clock.GetUtcNow();
        var asOf = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        var entries = new JsonArray();
        for (var offset = 0; ; offset += PerPage)
        {
            var page = await revocations.ListAsync(
                new(Match.Of("in_force", true), [new("number", false)], PerPage, offset), cancellationToken);
            foreach (var one in page)
            {
                entries.Add((JsonNode)Entry(one));
                asOf = one.CreatedAt > asOf ? one.CreatedAt : asOf;
            }

            if (page.Count < PerPage)
                break;
        }

        var list = new JsonObject
        {
            ["as_of"] = UtcTime.Write(asOf),
            ["epoch"] = epoch,
            ["revocations"] = entries,
        };
        return new(Encoding.UTF8.GetBytes(list.ToJsonString(Readable) + "\n"), epoch, asOf);
    }

    private static JsonObject Entry(RevocationRecord one) => new()
    {
        ["number"] = one.Number,
        ["keys"] = new JsonArray([.. one.Keys.Order(StringComparer.Ordinal).Select(key => JsonValue.Create(key))]),
        ["image"] = one.Subject.Image?.ToString(),
        ["decided_at"] = UtcTime.Write(one.CreatedAt),
        ["effective_from"] = UtcTime.Write(one.EffectiveFrom),
    };
}
