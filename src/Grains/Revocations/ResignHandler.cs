using System.Runtime.CompilerServices;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Revocations;

/// <summary>
/// Signs exactly the images that a revocation left without a signature, repository by repository: by a task of the ordinary
/// kind for each, which signs nothing twice. The next attempt goes on behind the repositories that were asked for.
/// </summary>
internal sealed class ResignHandler(
    IRevocationStore revocations, IRepositoryStore repositories, IContentSets sets, ITaskDispatcher dispatcher)
    : ITaskHandler
{
    private const string Code = "revocation.resign";
    private const int PerPage = 1_000;

    // As long as it takes to sign everything there is, and longer than anybody waits for one look.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(20);

    public string Kind => ResignTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<ResignArguments>();
        var done = context.Resume<Coverage>() ?? new([], 0, 0, []);
        await foreach (var (repository, images) in UnsignedAsync(arguments.Revocation, cancellationToken))
        {
            if (done.Repositories.Contains(repository))
                continue;
            done = await SignAsync(context, arguments, repository, images, done, cancellationToken);
            context.Mark(done);
            await context.ReportAsync(
                ProgressReport.Running("Sign what was left unsigned", Code, done.Signed), cancellationToken);
        }

        await context.ReportAsync(
            ProgressReport.Completed("Sign what was left unsigned", Code, done.Signed), cancellationToken);
        context.Result = TaskJson.Write(done);
    }

    private async Task<Coverage> SignAsync(
        TaskContext context, ResignArguments arguments, Guid repository, List<Digest> images, Coverage done,
        CancellationToken cancellationToken)
    {
        var wanted = await StillUnsignedAsync(repository, images, cancellationToken);
        var (signed, failed) = (images.Count - wanted.Count, new List<string>(done.Failures));
        if (wanted.Count > 0)
            switch (await repositories.BasePathsOfAsync(repository, cancellationToken))
            {
                case []:
                    failed.Add($"{repository}: no distribution says what clients call it.");
                    break;
                case [var basePath, ..]:
                    var error = await SignAsync(context, arguments, repository, basePath, wanted, cancellationToken);
                    if (error is null)
                        signed = images.Count;
                    else
                        failed.Add($"{basePath}: {error}");
                    break;
            }

        return new([.. done.Repositories, repository], done.Images + images.Count, done.Signed + signed, failed);
    }

    // By tags where they have some, as clients pull them; by digest all of them.
    private async Task<string?> SignAsync(
        TaskContext context, ResignArguments arguments, Guid repository, string basePath, List<Digest> images,
        CancellationToken cancellationToken)
    {
        var named = images.ToHashSet();
        string[] tags =
        [
            .. (await sets.TagsAsync(repository, version: null, names: null, cancellationToken))
                .Where(tag => named.Contains(tag.Target!.Value)).Select(tag => tag.Key),
        ];
        var request = SigningTasks.Sign(new(
            repository, arguments.Service, $"{arguments.Host}/{basePath}", tags, [.. images], Force: false,
            AllOrNothing: false, arguments.Host));
        var task = await dispatcher.DispatchAsync(request with { Parent = context.Id, CreatedBy = context.CreatedBy });
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = await dispatcher.WaitAsync(task, Look);
            if (record is null || record.FinishedAt is not null)
                return record?.Error?.Description;
        }
    }

    private async Task<List<Digest>> StillUnsignedAsync(
        Guid repository, List<Digest> images, CancellationToken cancellationToken)
    {
        var held = (await sets.ManifestsAsync(repository, version: null, images, null, cancellationToken))
            .Select(unit => unit.Digest).ToList();
        var signed = (await sets.SignaturesAsync(repository, version: null, held, cancellationToken))
            .Select(one => one.Unit.Target!.Value).ToHashSet();
        return [.. held.Where(digest => !signed.Contains(digest))];
    }

    private async IAsyncEnumerable<(Guid Repository, List<Digest> Images)> UnsignedAsync(
        Guid revocation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Guid Repository, Digest Digest)? last = null;
        var (repository, images) = (default(Guid), new List<Digest>());
        while (await revocations.UnsignedAsync(revocation, last, PerPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var one in page)
            {
                if (one.Repository != repository && images.Count > 0)
                {
                    yield return (repository, images);
                    images = [];
                }

                repository = one.Repository;
                images.Add(one.Digest);
            }

            last = page[^1];
        }

        if (images.Count > 0)
            yield return (repository, images);
    }

    private sealed record Coverage(
        IReadOnlyList<Guid> Repositories, int Images, int Signed, IReadOnlyList<string> Failures);
}
