using System.Net;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>What names a manifest as its subject. Source: OCI distribution-spec, "Listing Referrers".</summary>
internal sealed class Referrers(RemoteAddress address, Exchange exchange)
{
    private const int MaxReferrers = 1_000;
    private const int MaxPages = 1_000;

    public async Task<IReadOnlyList<Digest>?> ListAsync(Digest subject, CancellationToken cancellationToken)
    {
        var words = $"the referrers of {subject} in {address.Repository}";
        var found = new List<Digest>();
        var asked = new HashSet<Uri>();
        for (Uri? next = address.InRepository($"referrers/{subject}"); next is not null && found.Count < MaxReferrers;)
        {
            if (!asked.Add(next) || asked.Count > MaxPages)
                throw new UpstreamException(
                    UpstreamFailure.Unusable, $"{address.Host} has {words} in a circle of links, or on too many pages.");
            var request = UpstreamRequest.Get(next, words, MediaTypes.OciIndex) with { Expects = IsAnswer };
            var page = await exchange.AskAsync(request, (answer, stop) => ReadPageAsync(answer, words, stop), cancellationToken);
            if (page is null)
                return asked.Count == 1 ? null : found;
            found.AddRange(page.Value.Digests.Except(found));
            next = page.Value.Next;
        }

        return [.. found.Take(MaxReferrers)];
    }

    // Registries that have no such list say so in all these ways.
    private static bool IsAnswer(HttpStatusCode status) => status
        is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed
        or HttpStatusCode.NotImplemented;

    private async Task<(IReadOnlyList<Digest> Digests, Uri? Next)?> ReadPageAsync(
        UpstreamAnswer answer, string words, CancellationToken cancellationToken)
    {
        if (answer.Status != HttpStatusCode.OK || answer.MediaType != MediaTypes.OciIndex)
            return null;
        using var json = await answer.ReadJsonAsync(ManifestDocument.MaxBytes, words, cancellationToken);
        var entries = JsonText.List(json.RootElement, "manifests") ?? throw answer.NotJson(words);
        var digests = new List<Digest>();
        foreach (var entry in entries)
            if (Digest.TryParse(JsonText.Member(entry, "digest"), out var digest))
                digests.Add(digest);
        return (digests.Distinct().ToList(), NextLink.Find(answer, address));
    }
}
