using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>uploads/</c>: files in chunks, which a task then makes artifacts. Source: Pulp's REST: artifacts and uploads.
/// </summary>
internal static partial class UploadEndpoints
{
    private static readonly Body Upload = new("Upload", BodyFields.Bytes("size").Required);

    private static readonly Body Chunk = new(
        "UploadChunk", BodyFields.File("file").Required, BodyFields.Text("sha256").OrNull)
    {
        IsForm = true,
    };

    private static readonly Body Commit = new("UploadCommit", BodyFields.Text("sha256").Required);

    private static readonly Parameter ContentRange = new("Content-Range", Schema.Text)
    {
        In = "header",
        IsRequired = true,
        Description = "Where the chunk belongs: 'bytes first-last/total', both inclusive.",
    };

    public static void MapUploads(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Upload);
        operations.MapList(new ListOf<ChunkedUpload>("uploads_list", path, UploadShape.Brief));
        operations.MapRead("uploads_read", Address.Parameter(ResourceKind.Upload), UploadShape.Detailed);
        operations.Map(
            Operation.Answering("uploads_create", "POST", path, UploadShape.Brief, 201, Upload) with
            {
                Least = Role.Admin,
            },
            CreateAsync);
        operations.Map(
            Operation.Answering("uploads_update", "PUT", Address.Parameter(ResourceKind.Upload), UploadShape.Brief, body: Chunk) with
            {
                Parameters = [ContentRange],
                Least = Role.Admin,
            },
            WriteAsync);
        operations.Map(
            new("uploads_delete", "DELETE", Address.Parameter(ResourceKind.Upload)) { Answers = Operation.Nothing, Least = Role.Admin },
            async (Guid id, IChunkedUploads uploads, CancellationToken cancellationToken) =>
                await uploads.DeleteAsync(id, cancellationToken)
                    ? Results.NoContent()
                    : throw new RefusedException(PulpError.NotFound));
        operations.Map(
            Operation.Async("uploads_commit", "POST", Address.Parameter(ResourceKind.Upload) + "commit/", Commit) with
            {
                Least = Role.Admin,
            },
            CommitAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IChunkedUploads uploads, OpenUploads open,
        CancellationToken cancellationToken)
    {
        var values = await Upload.ReadAsync(context.Request, references, cancellationToken);
        var upload = await open.CreateAsync(
            context, ChunkedUpload.NoRepository,
            () => uploads.CreateAsync(values.Get("size", 0L), cancellationToken), created => created.Id);
        return Created.At(
            Address.Href(ResourceKind.Upload, upload.Id), UploadShape.Brief.Write(upload, context.Request), context);
    }

    private static async Task<IResult> WriteAsync(
        Guid id, HttpContext context, IChunkedUploads uploads, CancellationToken cancellationToken)
    {
        var upload = await GetAsync(id, uploads, cancellationToken);
        var chunk = ChunkOf(context.Request.Headers.ContentRange.ToString(), upload.Size);
        await using var writer = await uploads.OpenAsync(id, chunk, cancellationToken);
        var arrived = 0L;
        IReadOnlyDictionary<string, string> hashes = new Dictionary<string, string>();
        var fields = await FileForm.ReadAsync(context.Request, ["sha256"], async file =>
        {
            file.MostBytes = chunk.Size;
            await writer.WriteAsync(file, cancellationToken);
            (arrived, hashes) = (file.Count, file.Hashes());
        }, cancellationToken);
        Checksums.Require(fields, hashes);
        if (arrived != chunk.Size)
            throw RefusedException.Field(
                "file", $"The chunk has {arrived} bytes, and its Content-Range speaks of {chunk.Size}.");
        var kept = await writer.KeepAsync(cancellationToken);
        return PulpJson.Answer(UploadShape.Brief.Write(kept, context.Request));
    }

    private static async Task<IResult> CommitAsync(
        Guid id, HttpContext context, References references, IChunkedUploads uploads, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var upload = await GetAsync(id, uploads, cancellationToken);
        var values = await Commit.ReadAsync(context.Request, references, cancellationToken);
        var sha256 = values.Get("sha256", "").ToLowerInvariant();
        if (!Digest.TryParse($"sha256:{sha256}", out _))
            throw RefusedException.Field("sha256", "A SHA-256 checksum has 64 hexadecimal digits.");
        var arrived = upload.Chunks.Sum(chunk => chunk.Size);
        return upload.IsComplete
            ? await dispatch.ChangeAsync(
                UploadCommit.Kind, new UploadCommit(id, sha256), ResourceKind.Upload, id)
            : throw RefusedException.Field(
                PulpError.WholeObject,
                $"{arrived} of {upload.Size} bytes have arrived; send the others first.");
    }

    private static async Task<ChunkedUpload> GetAsync(
        Guid id, IChunkedUploads uploads, CancellationToken cancellationToken) =>
        await uploads.FindAsync(id, cancellationToken) ?? throw new RefusedException(PulpError.NotFound);

    private static UploadChunk ChunkOf(string header, long size)
    {
        var match = RangeGrammar.Match(header);
        if (match.Success
            && Read(match.Groups["first"]) is var first && Read(match.Groups["last"]) is var last && last >= first)
            return last < size
                ? new(first, last - first + 1)
                : throw RefusedException.Field("Content-Range", $"The chunk ends behind the upload's {size} bytes.");
        throw RefusedException.Field(
            "Content-Range", header.Length == 0 ? "This field is required." : "Write 'bytes first-last/total'.");
    }

    // At most eighteen digits.
    private static long Read(Group digits) =>
        long.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\Abytes[ =](?<first>[0-9]{1,18})-(?<last>[0-9]{1,18})/(?:[0-9]{1,18}|\*)\z")]
    private static partial Regex RangeGrammar { get; }
}
