using System.Text.Json.Nodes;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Management;

/// <summary>An upload in answers. Source: Pulp's REST: artifacts and uploads.</summary>
internal static class UploadShape
{
    private static readonly Field<ChunkedUpload>[] Common =
    [
        .. CommonFields.Of<ChunkedUpload>(
            ResourceKind.Upload, upload => upload.Id, upload => upload.CreatedAt, upload => upload.UpdatedAt),
        new("size", Schema.Integer, upload => upload.Size),
        CommonFields.Null<ChunkedUpload>("completed"), // a completed upload is none any more
    ];

    public static Shape<ChunkedUpload> Brief { get; } = new("Upload", Common);

    public static Shape<ChunkedUpload> Detailed { get; } = new(
        "UploadDetail",
        [
            .. Common,
            new("chunks", Schema.ListOf(Schema.Object), upload => new JsonArray([.. upload.Chunks.Select(
                chunk => new JsonObject { ["offset"] = chunk.Offset, ["size"] = chunk.Size })])),
        ]);

    public static IListing<ChunkedUpload> List(IChunkedUploads uploads) => new MemoryListing<ChunkedUpload>(
        async cancellationToken =>
            [.. (await uploads.ListAsync(cancellationToken)).OrderByDescending(upload => upload.Id)],
        [.. MemoryFilters.Identity<ChunkedUpload>(ResourceKind.Upload, upload => upload.Id)],
        new Dictionary<string, Func<ChunkedUpload, object?>>
        {
            ["pk"] = upload => upload.Id,
            ["size"] = upload => upload.Size,
            ["pulp_created"] = upload => upload.CreatedAt,
            ["pulp_last_updated"] = upload => upload.UpdatedAt,
        });
}
