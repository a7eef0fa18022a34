using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Access;

/// <summary>
/// Counts the uploads that each caller began on this node and did not end. When they are too many, those that nobody wrote
/// to for a while make room: clients that broke off come back and begin anew.
/// </summary>
internal sealed class OpenUploads(IUploads uploads, IOptions<UploadOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, List<(Guid Repository, Guid Upload)>> _open = new();

    /// <summary>Begins an upload, which somebody else creates.</summary>
    /// <exception cref="ProblemException">The caller has too many.</exception>
    public async Task<T> CreateAsync<T>(
        HttpContext context, Guid repository, Func<Task<T>> create, Func<T, Guid> idOf)
    {
        var open = _open.GetOrAdd(context.CallerKey, _ => []);
        await RequireAsync(open);
        var created = await create();
        lock (open)
            open.Add((repository, idOf(created)));
        return created;
    }

    private async Task RequireAsync(List<(Guid Repository, Guid Upload)> open)
    {
        var most = options.Value.MaxOpenPerUser;
        (Guid Repository, Guid Upload)[] known;
        lock (open)
            known = open.Count < most ? [] : [.. open];
        if (known.Length == 0)
            return;
        var before = clock.GetUtcNow() - Abandoned;
        foreach (var one in known)
            if (one.Repository == ChunkedUpload.NoRepository
                ? await uploads.FindOffsetAsync(one.Repository, one.Upload) is null
                : await uploads.DeleteIdleAsync(one.Repository, one.Upload, before))
                lock (open)
                    open.Remove(one);
        lock (open)
            if (open.Count >= most)
                throw new ProblemException(
                    ProblemKind.TooManyRequests,
                    $"You have {open.Count} uploads open here already; finish or cancel some, or wait until they are given up.");
    }
}
