using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>The handlers of <see cref="RepositoryTasks"/>.</summary>
public static class RepositoryTaskServices
{
    public static IServiceCollection AddRepositoryTasks(this IServiceCollection services)
    {
        services.Add<AddArguments>(
            RepositoryTasks.AddKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) =>
                repository.AddAsync(arguments.Content, arguments.RequireManifest, task, token));
        services.Add<RemoveArguments>(
            RepositoryTasks.RemoveKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) => repository.RemoveAsync(arguments.Content, task, token),
            (report, arguments, context, token) =>
                report.WriteAsync(arguments.Repository, arguments.Content, context, token));
        services.Add<ModifyArguments>(
            RepositoryTasks.ModifyKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) =>
                repository.ModifyAsync(arguments.Remove, arguments.Add, task, token),
            (report, arguments, context, token) =>
                report.WriteAsync(arguments.Repository, arguments.Remove, context, token));
        services.Add<UntagArguments>(
            RepositoryTasks.UntagKind,
            arguments => arguments.Repository,
            (repository, arguments, task, _) => repository.UntagAsync(Oci.Tag.Parse(arguments.Tag), task));
        services.Add<RemoveImageArguments>(
            RepositoryTasks.RemoveImageKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) =>
                repository.RemoveImageAsync(Digest.Parse(arguments.Manifest), task, token));
        services.Add<VersionArguments>(
            RepositoryTasks.RollBackKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) => repository.RollBackAsync(arguments.Version, task, token));
        services.Add<VersionArguments>(
            RepositoryTasks.DeleteVersionKind,
            arguments => arguments.Repository,
            (repository, arguments, _, _) => repository.DeleteVersionAsync(arguments.Version));
        services.AddSingleton<StayReport>();
        services.AddSingleton<ITaskHandler>(Tagging);
        services.AddSingleton<ITaskHandler>(Copying);
        services.AddSingleton<ITaskHandler>(RemovingSignatures);
        services.AddTaskHandler<RepairHandler>();
        return services;
    }

    private static RepositoryTaskHandler<TagArguments> Tagging(IServiceProvider provider) => new(
        RepositoryTasks.TagKind,
        arguments => arguments.Repository,
        (repository, arguments, task, _) =>
            repository.TagAsync(Oci.Tag.Parse(arguments.Tag), Digest.Parse(arguments.Manifest), task),
        provider.GetRequiredService<IGrainFactory>(),
        provider.GetRequiredService<ITaskReader>())
    {
        // A tag object that is as old as the version came with it.
        NameOthersAsync = async (arguments, made, context, token) =>
        {
            var sets = provider.GetRequiredService<IContentSets>();
            var tag = await sets.FindStoredAsync(ContentKind.Tag, [$"{arguments.Tag}@{arguments.Manifest}"], token);
            foreach (var created in tag.Where(tag => tag.CreatedAt == made.CreatedAt))
                context.AddCreated(
                    Address.Href(ResourceKind.Tag, created.Id), Address.Prn(ResourceKind.Tag, created.Id));
        },
    };

    private static RepositoryTaskHandler<CopyArguments> Copying(IServiceProvider provider)
    {
        var grains = provider.GetRequiredService<IGrainFactory>();
        return new(
            RepositoryTasks.CopyKind,
            arguments => arguments.Repository,
            async (repository, arguments, task, token) =>
            {
                var source = grains.Repository(arguments.Source);
                while (true)
                {
                    var version = arguments.Version ?? await source.GetHeadAsync();
                    var request = new CopyRequest(
                        arguments.Source,
                        version,
                        arguments.Tags,
                        arguments.Names,
                        arguments.MediaTypes,
                        arguments.WithSignatures);
                    try
                    {
                        await repository.CopyAsync(request, task, token);
                        return;
                    }
                    catch (ProblemException gone) when (
                        gone.Problem.Kind is ProblemKind.NameUnknown && arguments.Version is null)
                    {
                        // Whatever was the newest version may be deleted by now: the newest one is.
                        if (await source.GetHeadAsync() == version)
                            throw;
                    }
                }
            },
            grains,
            provider.GetRequiredService<ITaskReader>());
    }

    private static RepositoryTaskHandler<RemoveSignaturesArguments> RemovingSignatures(
        IServiceProvider provider) => new(
        RepositoryTasks.RemoveSignaturesKind,
        arguments => arguments.Repository,
        async (repository, arguments, task, token) =>
        {
            var keyId = arguments.Key is { Length: 16 } id ? id : null;
            var fingerprint = arguments.Key is { Length: not 16 } full ? full : null;
            var keys = arguments.Key is { } key
                ? (await provider.GetRequiredService<IKnownKeys>().WithSubkeysAsync(key, token)).ToArray()
                : null;
            var selection = new SignatureSelection(
                arguments.Content,
                keyId,
                fingerprint,
                arguments.Manifest is { } manifest ? Digest.Parse(manifest) : null,
                keyId is null ? null : keys,
                fingerprint is null ? null : keys);
            await repository.RemoveSignaturesAsync(selection, task, token);
        },
        provider.GetRequiredService<IGrainFactory>(),
        provider.GetRequiredService<ITaskReader>());

    private static void Add<TArguments>(
        this IServiceCollection services,
        string kind,
        Func<TArguments, Guid> repositoryOf,
        Func<IRepositoryActions, TArguments, TaskStamp, CancellationToken, Task> act,
        Func<StayReport, TArguments, TaskContext, CancellationToken, Task>? report = null) =>
        services.AddSingleton<ITaskHandler>(provider => new RepositoryTaskHandler<TArguments>(
            kind,
            repositoryOf,
            act,
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<ITaskReader>())
        {
            ReportAsync = report is null
                ? null
                : (arguments, context, token) =>
                    report(provider.GetRequiredService<StayReport>(), arguments, context, token),
        });
}
