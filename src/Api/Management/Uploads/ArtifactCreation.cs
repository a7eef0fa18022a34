using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Management;

/// <summary><c>POST artifacts/</c>: a file that no repository holds yet. Source: Pulp's REST: artifacts and uploads.</summary>
internal static class ArtifactCreation
{
    private static readonly Shape<BlobRecord> Shape = ContentShapes.Artifact;

    private static readonly string[] Known = [.. Checksums.Taken, .. Checksums.Refused, "size"];

    private static readonly Body Body = new(
        "Artifact",
        [
            BodyFields.File("file").Required, BodyFields.Bytes("size"),
            .. Checksums.Taken.Concat(Checksums.Refused).Select(name => BodyFields.Text(name).OrNull),
        ])
    {
        IsForm = true,
    };

    public static void MapArtifactCreation(this OperationMap operations) => operations.Map(
        Operation.Answering(
            "artifacts_create", "POST", Address.Collection(ResourceKind.Artifact), Shape, 201, Body) with
        {
            Least = Role.Admin,
        },
        CreateAsync);

    private static async Task<IResult> CreateAsync(
        HttpContext context, IUploads uploads, IBlobStore blobs, IListing<BlobRecord> artifacts,
        CancellationToken cancellationToken)
    {
        var upload = await uploads.CreateAsync(ChunkedUpload.NoRepository, cancellationToken);
        try
        {
            IReadOnlyDictionary<string, string> hashes = new Dictionary<string, string>();
            var size = 0L;
            var fields = await FileForm.ReadAsync(context.Request, Known, async file =>
            {
                size = await uploads.AppendAsync(ChunkedUpload.NoRepository, upload, 0, file, cancellationToken);
                hashes = file.Hashes();
            }, cancellationToken);
            Checksums.Require(fields, hashes);
            RequireSize(fields, size);
            var digest = Digest.Parse($"sha256:{hashes["sha256"]}");
            var named = Match.Of("digest", digest.ToString());
            if (await artifacts.FindAsync(named, cancellationToken) is { IsPromised: false })
                throw RefusedException.Field(
                    PulpError.WholeObject, $"Artifact with sha256 checksum of '{digest.Hex}' already exists.");
            await blobs.AdmitAsync(
                await uploads.SealAsync(ChunkedUpload.NoRepository, upload, digest, cancellationToken),
                CancellationToken.None);
            var created = await artifacts.FindAsync(named, cancellationToken)
                ?? throw new RefusedException(PulpError.NotFound);
            return Created.At(
                Address.Href(ResourceKind.Artifact, created.Id), Shape.Write(created, context.Request), context);
        }
        finally
        {
            await uploads.DeleteAsync(ChunkedUpload.NoRepository, upload, CancellationToken.None);
        }
    }

    private static void RequireSize(IReadOnlyDictionary<string, string> fields, long size)
    {
        if (!fields.TryGetValue("size", out var text))
            return;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given))
            throw RefusedException.Field("size", "A valid integer is required.");
        if (given != size)
            throw RefusedException.Field("size", $"The size did not match: {size} bytes arrived.");
    }
}
