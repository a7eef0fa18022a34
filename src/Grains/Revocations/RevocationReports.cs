using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Revocations;

/// <summary>Writes what is to be known of a revocation that is done, and signs it: from then on it stays as it is.</summary>
internal sealed class RevocationReports(IRevocationStore revocations, IReportStore reports, IReportKey key)
{
    // Who needs more of them asks for pages.
    private const int MostImages = 100_000;
    private const int MostPulls = 100_000;
    private const int MostNames = 100_000;
    private const int PerPage = 1_000;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public async Task SealAsync(Guid revocation, CancellationToken cancellationToken)
    {
        if (await revocations.FindAsync(revocation, cancellationToken) is not { } record)
            return;
        var report = await WriteAsync(record, cancellationToken);
        var signature = await key.SignAsync(Encoding.UTF8.GetBytes(report), cancellationToken);
        await reports.SealAsync(revocation, report, signature, cancellationToken);
    }

    private async Task<string> WriteAsync(RevocationRecord record, CancellationToken cancellationToken)
    {
        var repositories = new JsonArray();
        var names = new Dictionary<Guid, string>();
        await foreach (var repository in reports.RepositoriesAsync(record.Id, cancellationToken))
        {
            names[repository.Repository] = repository.Name;
            repositories.Add((JsonNode)new JsonObject
            {
                ["id"] = repository.Repository,
                ["name"] = repository.Name,
                ["signatures"] = repository.Signatures,
                ["images"] = repository.Images,
                ["unsigned_images"] = repository.UnsignedImages,
                ["version_before"] = repository.Before,
                ["version_after"] = repository.After,
            });
        }

        var images = await UnsignedAsync(record.Id, names, cancellationToken);
        var report = new JsonObject
        {
            ["revocation"] = record.Id,
            ["number"] = record.Number,
            ["dry_run"] = record.IsDryRun,
            ["key"] = record.Subject.Fingerprint ?? record.Subject.KeyId,
            ["image"] = (record.Subject.Image ?? record.Subject.Signatures?.Image)?.ToString(),
            ["signatures_of"] = record.Subject.Signatures?.ToString(),
            ["names"] = ArrayOf(record.Keys),
            ["reason"] = record.Reason,
            ["ticket"] = record.Ticket,
            ["by"] = record.By,
            ["effective_from"] = record.EffectiveFrom,
            ["decided_at"] = record.CreatedAt,
            ["in_force_at"] = record.InForceAt,
            ["completed_at"] = record.CompletedAt,
            ["refused_until_completed"] = record.Refused,
            ["signatures"] = record.Tally.Signatures,
            ["images"] = record.Tally.Images,
            ["signing_services"] = ArrayOf(await reports.ServicesAsync(record.Id, cancellationToken)),
            ["repositories"] = repositories,
            ["distributions"] = new JsonArray([
                .. (await reports.DistributionsAsync(record.Id, MostNames, cancellationToken)).Select(one => new JsonObject
                {
                    ["base_path"] = one.BasePath,
                    ["pinned_version"] = one.Pinned,
                }),
            ]),
            ["tags"] = ArrayOf(await reports.TagsAsync(record.Id, MostNames, cancellationToken)),
            ["left_unsigned"] = images,
            ["left_unsigned_is_all"] = images.Count < MostImages,
            ["pulled_by"] = await PulledAsync(record.Id, cancellationToken),
        };
        return report.ToJsonString(Readable) + "\n";
    }

    private static JsonArray ArrayOf(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private async Task<JsonArray> PulledAsync(Guid revocation, CancellationToken cancellationToken)
    {
        var pulled = new JsonArray();
        Guid? last = null;
        while (pulled.Count < MostPulls
            && await reports.PullsAsync(revocation, last, PerPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var pull in page)
                pulled.Add((JsonNode)new JsonObject
                {
                    ["image"] = $"{pull.Name}@{pull.Manifest}",
                    ["tag"] = pull.Tag?.ToString(),
                    ["user"] = pull.UserName,
                    ["address"] = pull.Address,
                    ["day"] = pull.Day.ToString("O", null),
                    ["pulls"] = pull.Count,
                });
            last = page[^1].Id;
        }

        return pulled;
    }

    private async Task<JsonArray> UnsignedAsync(
        Guid revocation, Dictionary<Guid, string> names, CancellationToken cancellationToken)
    {
        var images = new JsonArray();
        (Guid, Digest)? last = null;
        while (images.Count < MostImages
            && await revocations.UnsignedAsync(revocation, last, PerPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var (repository, digest) in page)
                images.Add((JsonNode)$"{names.GetValueOrDefault(repository, $"{repository}")}@{digest}");
            last = page[^1];
        }

        return images;
    }
}
