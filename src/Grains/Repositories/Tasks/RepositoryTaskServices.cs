using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
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
            (repository, arguments, task, token) => repository.RemoveAsync(arguments.Content, task, token));
        services.Add<ModifyArguments>(
            RepositoryTasks.ModifyKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) =>
                repository.ModifyAsync(arguments.Remove, arguments.Add, task, token));
        services.Add<UntagArguments>(
            RepositoryTasks.UntagKind,
            arguments => arguments.Repository,
            (repository, arguments, task, _) => repository.UntagAsync(Oci.Tag.Parse(arguments.Tag), task));
        services.Add<RemoveImageArguments>(
            RepositoryTasks.RemoveImageKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) =>
                repository.RemoveImageAsync(Digest.Parse(arguments.Manifest), task, token));
        services.Add<RemoveSignaturesArguments>(
            RepositoryTasks.RemoveSignaturesKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) => repository.RemoveSignaturesAsync(Selection(arguments), task, token));
        services.Add<VersionArguments>(
            RepositoryTasks.RollBackKind,
            arguments => arguments.Repository,
            (repository, arguments, task, token) => repository.RollBackAsync(arguments.Version, task, token));
        services.Add<VersionArguments>(
            RepositoryTasks.DeleteVersionKind,
            arguments => arguments.Repository,
            (repository, arguments, _, _) => repository.DeleteVersionAsync(arguments.Version));
        services.AddSingleton<ITaskHandler>(Tagging);
        services.AddSingleton<ITaskHandler>(Copying);
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

    private static SignatureSelection Selection(RemoveSignaturesArguments arguments) => new(
        arguments.Content,
        arguments.Key is { Length: 16 } keyId ? keyId : null,
        arguments.Key is { Length: not 16 } fingerprint ? fingerprint : null,
        arguments.Manifest is { } manifest ? Digest.Parse(manifest) : null);

    private static void Add<TArguments>(
        this IServiceCollection services,
        string kind,
        Func<TArguments, Guid> repositoryOf,
        Func<IRepositoryActions, TArguments, TaskStamp, CancellationToken, Task> act) =>
        services.AddSingleton<ITaskHandler>(provider => new RepositoryTaskHandler<TArguments>(
            kind,
            repositoryOf,
            act,
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<ITaskReader>()));
}
