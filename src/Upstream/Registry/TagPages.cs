using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrleansRegistry.Sync;

/// <summary>The tags of a repository, in pages. Source: OCI distribution-spec, "Listing Tags".</summary>
internal sealed class TagPages(RemoteAddress address, Exchange exchange)
{
    private const int MaxPageBytes = 32 * 1024 * 1024;
    private const int MaxTags = 1_000_000;
    private const int MaxPages = 20_000;

    private readonly string _subject = $"the tags of {address.Repository}";

    public async IAsyncEnumerable<IReadOnlyList<string>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = new HashSet<Uri>();
        var count = 0;
        for (Uri? next = address.InRepository("tags/list"); next is not null;)
        {
            if (!asked.Add(next))
                throw Unusable("names a page of tags again that it has given already: its links go in a circle");
            if (asked.Count > MaxPages)
                throw Unusable($"has more than {MaxPages} pages of tags");
            (var tags, next) = await exchange.AskAsync(
                UpstreamRequest.Get(next, _subject, "application/json"), ReadPageAsync, cancellationToken);
            count += tags.Count;
            if (count > MaxTags)
                throw Unusable($"has more than {MaxTags} tags");
            yield return tags;
        }
    }

    private async Task<(IReadOnlyList<string> Tags, Uri? Next)> ReadPageAsync(
        UpstreamAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Status == System.Net.HttpStatusCode.NotFound)
            throw new UpstreamException(
                UpstreamFailure.Missing,
                $"{address.Host} has no repository {address.Repository}: check url and upstream_name of the remote.");
        using var json = await answer.ReadJsonAsync(MaxPageBytes, _subject, cancellationToken);
        return (Read(json.RootElement) ?? throw answer.NotJson(_subject), NextLink.Find(answer, address));
    }

    // A repository without tags has null in some registries.
    private static List<string>? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("tags", out var tags))
            return null;
        if (tags.ValueKind == JsonValueKind.Null)
            return [];
        if (tags.ValueKind != JsonValueKind.Array || tags.EnumerateArray().Any(tag => tag.ValueKind != JsonValueKind.String))
            return null;
        return [.. tags.EnumerateArray().Select(tag => JsonText.Read(tag) ?? "")];
    }

    private UpstreamException Unusable(string what) => new(
        UpstreamFailure.Unusable, $"{address.Host} {what}, in {address.Repository}. Its operator should know.");
}
