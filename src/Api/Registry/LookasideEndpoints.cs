using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Registry;

/// <summary>
/// <c>GET /lookaside/{name}@{algorithm}={hex}/signature-{N}</c>: the signatures for clients that know no extension,
/// numbered from 1 without gaps in the order they came. 404 ends the list, and answers everything unknown.
/// </summary>
internal static partial class LookasideEndpoints
{
    public static void MapLookaside(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/lookaside/{**path}", ["GET", "HEAD"], Get)
            .Require(new Requirement.OfLookaside());

    private static async Task<IResult> Get(
        string path, HttpResponse response, ServedContent content, VisibleContent visible,
        CancellationToken cancellationToken)
    {
        // A removed signature must not live on in a cache between here and the client.
        response.Headers.CacheControl = "max-age=1";
        return await FindAsync(path, content, visible, cancellationToken) is { } bytes
            ? TypedResults.Bytes(bytes, "application/octet-stream")
            : TypedResults.NotFound();
    }

    private static async Task<byte[]?> FindAsync(
        string path, ServedContent content, VisibleContent visible, CancellationToken cancellationToken)
    {
        var match = Grammar.Match(path);
        if (!match.Success
            || !RepositoryName.TryParse(match.Groups["name"].Value, out var name)
            || !Digest.TryParse($"{match.Groups["algorithm"].Value}:{match.Groups["hex"].Value}", out var digest))
            return null;

        var number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        var found = await content.ListIfServedAsync(
            name,
            async served =>
                served is null ? null : await visible.FindSignaturesAsync(served, digest, cancellationToken),
            cancellationToken);
        return number <= found?.Count ? found[number - 1].Bytes : null;
    }

    [GeneratedRegex(@"\A(?<name>[^@]{1,255})@(?<algorithm>[a-z0-9]{1,10})=(?<hex>[0-9a-f]{1,128})/signature-(?<number>[1-9][0-9]{0,6})\z")]
    private static partial Regex Grammar { get; }
}
