using OrleansRegistry.Content;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Signs what a repository holds, and adds all signatures as one version.</summary>
internal sealed class SignHandler(
    SigningServices services,
    SigningSelection selection,
    SigningCampaign campaign,
    SigningCommit commit,
    IVersionHistory history,
    IHeadReader head) : ITaskHandler
{
    public string Kind => SigningTasks.SignKind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<SignArguments>();
        var repository = arguments.Repository;
        if (await NameVersionAsync(repository, context))
            return; // an earlier attempt got this far
        var service = await services.RequireAsync(arguments.Service, cancellationToken);
        var targets = await selection.FindAsync(
            repository, arguments.Name, arguments.Tags, arguments.Manifests, cancellationToken);

        if (service.Cosign is not null) // whose signatures name no tags
            targets = [.. targets.Select(target => target with { Reference = arguments.Name }).Distinct()];
        var tally = new SigningTally(context, targets.Count);
        await campaign.SignAsync(
            Chunks.Of(service.Record, context.Id, arguments.Force, targets, repository),
            chunk => tally.AddAsync(chunk, cancellationToken),
            cancellationToken);
        if (tally.Failures.Count > 0 && (arguments.AllOrNothing || tally.Keys.Count == 0))
            throw tally.Failed("nothing was added to the repository");

        if (service.Cosign is not null)
            await commit.AttachAsync(repository, tally.Keys, context.Id, cancellationToken);
        else
            await commit.AddAsync(repository, [.. tally.Keys], context.Id, cancellationToken);
        await NameVersionAsync(repository, context);
        await tally.EndAsync(CancellationToken.None);
        if (service.Cosign is null)
            await RequireAddedAsync(repository, tally.Keys);
        if (tally.Failures.Count > 0)
            throw tally.Failed("the others were added to the repository");
    }

    private async Task<bool> NameVersionAsync(Guid repository, TaskContext context)
    {
        var made = await history.FindMadeAsync(repository, [context.Id], CancellationToken.None);
        foreach (var version in made)
            context.AddCreated(
                Address.Href(ResourceReference.Version(repository, version.Number)),
                Address.Prn(ResourceKind.RepositoryVersion, version.Id));
        return made.Count > 0;
    }

    // What left the repository while it was signed needs no signature any more; what is there and has none does.
    private async Task RequireAddedAsync(Guid repository, IReadOnlyList<string> keys)
    {
        var wanted = keys.Select(key => new ContentKey(ContentKind.Signature, key)).ToHashSet();
        var held = await head.FindAsync(repository, wanted, CancellationToken.None);
        wanted.ExceptWith(held.Select(unit => unit.InRepository));
        if (wanted.Count == 0)
            return;
        var manifests = wanted.Select(key => key.Key.Split('@')[0]).Distinct()
            .Select(digest => new ContentKey(ContentKind.Manifest, digest)).ToList();
        var there = await head.FindAsync(repository, manifests, CancellationToken.None);
        if (there.Count > 0)
            throw new ProblemException(
                ProblemKind.SignatureLimit,
                $"{there.Count} images carry as many signatures as can be served, and got no more: "
                + $"{string.Join(", ", there.Take(10).Select(unit => unit.Key))}. Remove some of theirs first.",
                there[0].Key);
    }
}
