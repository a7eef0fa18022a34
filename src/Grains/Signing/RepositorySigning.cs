using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Signs what a repository holds, and adds all signatures as one version.</summary>
internal sealed class RepositorySigning(SigningCampaign campaign, SigningCommit commit, ITaskReader tasks)
{
    // Collection may take what no repository holds yet, if somebody wants it to spare nothing.
    private const int MostRounds = 5;

    /// <param name="service">Who signs.</param>
    /// <param name="arguments">What is wanted of which repository.</param>
    /// <param name="targets">What that means.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Stops the work; what is stored stays.</param>
    /// <exception cref="ProblemException">Not everything could be signed.</exception>
    public async Task SignAsync(
        OpenService service,
        SignArguments arguments,
        IReadOnlyList<SigningTarget> targets,
        TaskContext context,
        CancellationToken cancellationToken)
    {
        if (service.Cosign is not null) // whose signatures name no tags, and images by one digest only
            targets = [.. targets.Select(target => target with { Reference = arguments.Name }).DistinctBy(one => one.Sha256)];
        var tally = await SignRoundsAsync(service, arguments, targets, context, cancellationToken);
        await NameVersionAsync(context);
        await tally.EndAsync(CancellationToken.None);
        await commit.RequireAddedAsync(arguments.Repository, tally.Keys);
        if (tally.HasFailures)
            throw tally.Failed("the others were added to the repository");
    }

    /// <summary>Names the version that the task has made; false where it has made none.</summary>
    public async Task<bool> NameVersionAsync(TaskContext context)
    {
        if (await tasks.FindMadeAsync(context.Id) is not { } made)
            return false;
        context.AddCreated(made);
        return true;
    }

    private async Task<SigningTally> SignRoundsAsync(
        OpenService service,
        SignArguments arguments,
        IReadOnlyList<SigningTarget> targets,
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
}
