using System.Security.Cryptography;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Looks at the bytes of every blob of a version, and names in its result those that are gone or altered. What was only
/// promised so far is neither.
/// </summary>
internal sealed class RepairHandler(
    IVersionReader versions, IVersionHistory history, IBlobStore blobs, IBlobBytes bytes) : ITaskHandler
{
    private const int PerPage = 200;

    // More would say no more: the progress counts all of them.
    private const int MostNamed = 1000;

    public string Kind => RepositoryTasks.RepairKind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (repository, version, verify) = context.Read<RepairArguments>();
        await history.RequireAsync(repository, version, cancellationToken);
        List<string> missing = [], corrupted = [];
        string? last = null;
        while (true)
        {
            var page = await versions.ListAsync(
                repository, version, ContentKind.Blob, last, PerPage, cancellationToken);
            foreach (var blob in page)
            {
                var digest = blob.Digest;
                if (await IsIntactAsync(digest, verify, cancellationToken) is { } isIntact)
                {
                    if (!isIntact)
                        corrupted.Add(blob.Key);
                }
                else if (!await blobs.IsPromisedAsync(digest, cancellationToken))
                    missing.Add(blob.Key);
            }

            var done = page.Count < PerPage;
            await ReportAsync(context, missing.Count, corrupted.Count, done, cancellationToken);
            if (done)
                break;
            last = page[^1].Key;
        }

        // One that was deleted meanwhile had nothing missing, and nothing else.
        await history.RequireAsync(repository, version, cancellationToken);
        context.Result = TaskJson.Write(new Damage([.. missing.Take(MostNamed)], [.. corrupted.Take(MostNamed)]));
    }

    // Null where there is nothing to be intact.
    private async Task<bool?> IsIntactAsync(Digest digest, bool verify, CancellationToken cancellationToken)
    {
        try
        {
            await using var blob = await bytes.OpenAsync(digest, cancellationToken);
            return blob is null ? null : !verify || await HashAsync(digest, blob, cancellationToken) == digest;
        }
        catch (IOException)
        {
            return false; // a disk that cannot read it back is what this looks for
        }
    }

    private static async Task<Digest> HashAsync(Digest digest, IOpenBlob blob, CancellationToken cancellationToken)
    {
        await using var content = blob.ReadAll();
        var hash = digest.Algorithm == "sha512"
            ? await SHA512.HashDataAsync(content, cancellationToken)
            : await SHA256.HashDataAsync(content, cancellationToken);
        return Digest.FromHash(digest.Algorithm, hash);
    }

    private static async Task ReportAsync(
        TaskContext context, int missing, int corrupted, bool done, CancellationToken cancellationToken)
    {
        Func<string, string, long, long?, ProgressReport> report =
            done ? ProgressReport.Completed : ProgressReport.Running;
        await context.ReportAsync(report("Identify missing units", "repair.missing", missing, null), cancellationToken);
        await context.ReportAsync(
            report("Identify corrupted units", "repair.corrupted", corrupted, null), cancellationToken);
        await context.ReportAsync(report("Repair corrupted units", "repair.repaired", 0, null), cancellationToken);
    }

    private sealed record Damage(string[] Missing, string[] Corrupted);
}
