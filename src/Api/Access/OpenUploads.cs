using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Access;

/// <summary>
/// Counts the uploads that each caller began on this node and did not end. When they are too many, those that nobody wrote
/// to for a while make room: clients that broke off come back and begin anew.
/// </summary>
internal sealed class OpenUploads(IUploadFiles files, IOptions<UploadOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, List<(Guid Repository, Guid Upload)>> _open = new();

    /// <summary>Begins an upload.</summary>
    /// <exception cref="ProblemException">The caller has too many.</exception>
    public Guid Create(HttpContext context, Guid repository)
    {
        var open = _open.GetOrAdd(context.CallerKey, _ => []);
        lock (open)
        {
            Require(open);
            var upload = files.Create(repository);
            open.Add((repository, upload));
            return upload;
        }
    }

    /// <summary>Begins an upload that somebody else creates.</summary>
    /// <exception cref="ProblemException">The caller has too many.</exception>
    public async Task<ChunkedUpload> CreateAsync(HttpContext context, Func<Task<ChunkedUpload>> create)
    {
        var open = _open.GetOrAdd(context.CallerKey, _ => []);
        lock (open)
            Require(open);
        var upload = await create();
        lock (open)
            open.Add((ChunkedUpload.NoRepository, upload.Id));
        return upload;
    }

    private void Require(List<(Guid Repository, Guid Upload)> open)
    {
        var most = options.Value.MaxOpenPerUser;
        if (open.Count < most)
            return;
        var before = clock.GetUtcNow() - Abandoned;
        open.RemoveAll(one => one.Repository == ChunkedUpload.NoRepository
            ? files.FindOffset(one.Repository, one.Upload) is null
            : files.DeleteIdle(one.Repository, one.Upload, before));
        if (open.Count >= most)
            throw new ProblemException(
                ProblemKind.TooManyRequests,
                $"You have {open.Count} uploads open here already; finish or cancel some, or wait until they are given up.");
    }
}
