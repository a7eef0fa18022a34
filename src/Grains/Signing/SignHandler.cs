using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Signs what a repository holds, and adds all signatures as one version.</summary>
internal sealed class SignHandler(
    SigningServices services,
    SigningGate gate,
    SigningSelection selection,
    SigningCampaign campaign,
    SigningCommit commit,
    ITaskReader tasks) : ITaskHandler
{
    // Collection may take what no repository holds yet, if somebody wants it to spare nothing.
    private const int MostRounds = 5;

    public string Kind => SigningTasks.SignKind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<SignArguments>();
        var repository = arguments.Repository;
        if (await NameVersionAsync(context))
            return; // an earlier attempt got this far
        await gate.RequireAsync(
            new(arguments.Service, arguments.Name, arguments.Host, Repository: repository),
            context.CreatedBy,
            cancellationToken);
        var service = await services.RequireAsync(arguments.Service, cancellationToken);
        var targets = await selection.FindAsync(
            repository, arguments.Name, arguments.Tags, arguments.Manifests, arguments.Untagged, cancellationToken);
        if (service.Cosign is not null) // whose signatures name no tags, and images by one digest only
            targets = [.. targets.Select(target => target with { Reference = arguments.Name }).DistinctBy(one => one.Sha256)];

        var tally = await SignAsync(service, targets, arguments, context, cancellationToken);
        await NameVersionAsync(context);
        await tally.EndAsync(CancellationToken.None);
        await commit.RequireAddedAsync(repository, tally.Keys);
        if (tally.HasFailures)
            throw tally.Failed("the others were added to the repository");
    }

    private async Task<SigningTally> SignAsync(
        OpenService service,
        IReadOnlyList<SigningTarget> targets,
        SignArguments arguments,
        TaskContext context,
        CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var tally = new SigningTally(context, targets.Count);
            await campaign.SignAsync(
                new SigningWork(service, context.Id, arguments.Force, targets, arguments.Repository),
                chunk => tally.AddAsync(chunk, cancellationToken),
                cancellationToken);
            if (tally.HasFailures && (arguments.AllOrNothing || tally.IsNothingSigned))
                throw tally.Failed("nothing was added to the repository");
            try
            {
                if (service.Cosign is not null)
                    await commit.AttachAsync(
                        arguments.Repository, service, tally, arguments.Force, arguments.AllOrNothing, context.Stamp,
                        cancellationToken);
                else
                    await commit.AddAsync(
                        arguments.Repository, [.. tally.Keys.Distinct()], arguments.AllOrNothing, context.Stamp,
                        cancellationToken);
                return tally;
            }
            catch (ProblemException lost) when (lost.Problem.Kind is ProblemKind.Outdated && round < MostRounds)
            {
                // What was deleted is made again; all else is found.
            }
        }
    }

    private async Task<bool> NameVersionAsync(TaskContext context)
    {
        if (await tasks.FindMadeAsync(context.Id) is not { } made)
            return false;
        context.AddCreated(made);
        return true;
    }
}
