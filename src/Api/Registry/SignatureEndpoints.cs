using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Registry;

/// <summary>
/// <c>/extensions/v2/{name}/signatures/</c>: the registry extension for atomic signatures, as OpenShift defined it and
/// containers/image speaks it, and a list over a whole repository besides.
/// </summary>
internal static class SignatureEndpoints
{
    private const int UsualPage = 100;
    private const int MostPage = 1000;

    // Clients read an answer no further than this.
    private const int MostBytes = 4 * 1024 * 1024;

    public static void MapSignatures(this RouteGroupBuilder extensions)
    {
        extensions.MapMethods("/{name}/signatures/{digest}", ["GET", "HEAD"], Get).RequirePull();
        extensions.MapPut("/{name}/signatures/{digest}", Put).RequirePush();
        extensions.MapGet("/{name}/signatures", List).RequirePull();
    }

    /// <summary>200 with a list, perhaps empty, for every manifest that the repository holds.</summary>
    private static async Task<IResult> Get(
        string name, string digest, ServedContent content, VisibleContent visible,
        CancellationToken cancellationToken)
    {
        var found = await content.ListAsync(
            Parse.RepositoryName(name),
            served => visible.GetSignaturesAsync(served, Parse.Digest(digest), cancellationToken),
            cancellationToken);
        return Answer(found.Select(SignatureEntry.Of));
    }

    /// <summary>201 for a new signature, and for one that is there already.</summary>
    private static async Task<IResult> Put(
        string name, string digest, HttpRequest request, IGrainFactory grains, ServedContent content,
        VisibleContent visible, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var wanted = Parse.Digest(digest);
        var signature = await SignatureEnvelope.ReadAsync(request, wanted, cancellationToken);
        var id = await content.GetWritableIdAsync(repository, cancellationToken);
        var manifest = await content.ReadAsync(
            repository, served => visible.GetSignedAsync(served, wanted, cancellationToken), cancellationToken);
        await Patience.RetryAsync(
            () => grains.Manifest(manifest).AddSignatureAsync(id, signature), cancellationToken);
        Measures.SignaturesPut.Add(1);
        return TypedResults.Created($"/extensions/v2/{repository}/signatures/{wanted}");
    }

    /// <summary>All signatures of the repository, by manifest, in pages that end at <c>n</c> entries or at 4 MiB.</summary>
    private static async Task<IResult> List(
        string name, string? n, string? last, HttpResponse response, ServedContent content,
        VisibleContent visible, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var size = Parse.PageSize(n, UsualPage, MostPage);
        // A key begins with the name that clients see, and goes on in hexadecimal: 'g' lies behind all of them.
        var after = Parse.Last(last) is { } known ? known + "g" : null;
        var found = await content.ListAsync(
            repository,
            served => visible.ListSignaturesAsync(served, after, size + 1, cancellationToken),
            cancellationToken);
        var bytes = 0;
        var page = found.Take(size)
            .TakeWhile((signature, index) => (bytes += (signature.Bytes.Length * 4 / 3) + 300) <= MostBytes || index == 0)
            .ToList();
        if (page.Count < found.Count && page.Count > 0)
            NextPage.Link(
                response,
                $"/extensions/v2/{repository}/signatures/",
                ("n", size.ToString(CultureInfo.InvariantCulture)),
                ("last", page[^1].Key.ToString()));
        return Answer(page.Select(SignatureEntry.Of));
    }

    private static JsonHttpResult<SignatureList> Answer(IEnumerable<SignatureEntry> entries) => TypedResults.Json(
        new SignatureList([.. entries]), ApiJson.Readable.SignatureList, "application/json");

    internal sealed record SignatureList(IReadOnlyList<SignatureEntry> Signatures);

    internal sealed record SignatureEntry(int SchemaVersion, string Name, string Type, byte[] Content)
    {
        public static SignatureEntry Of(ServedSignature signature) => new(2, signature.Name, "atomic", signature.Bytes);
    }
}
