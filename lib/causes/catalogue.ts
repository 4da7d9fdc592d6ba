/**
 * All rules. Which one goes before which is said by the rules themselves: the
 * order here means nothing.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { absent } from "./absent.ts";
import { absentTables } from "./absent_tables.ts";
import { addresses } from "./addresses.ts";
import { answers } from "./answers.ts";
import { asgi } from "./asgi.ts";
import { authorities } from "./authorities.ts";
import { behaviour } from "./behaviour.ts";
import { binaries } from "./binaries.ts";
import { bots } from "./bots.ts";
import { brokers } from "./brokers.ts";
import { builds } from "./builds.ts";
import { callables } from "./callables.ts";
import { clashes } from "./clashes.ts";
import { connectionOptions } from "./connection_options.ts";
import { conversions } from "./conversions.ts";
import { data } from "./data.ts";
import { dataFiles } from "./data_files.ts";
import { dbmFiles } from "./dbm_files.ts";
import { jsonTexts } from "./json_texts.ts";
import { setValues } from "./set_values.ts";
import { databases } from "./databases.ts";
import { databaseStates } from "./database_states.ts";
import { desktops } from "./desktops.ts";
import { devices } from "./devices.ts";
import { django } from "./django.ts";
import { djangoApps } from "./django_apps.ts";
import { djangoModels } from "./django_models.ts";
import { djangoProject } from "./django_project.ts";
import { djangoRequests } from "./django_requests.ts";
import { djangoSettings } from "./django_settings.ts";
import { djangoViews } from "./django_views.ts";
import { driverWords } from "./driver_words.ts";
import { editables } from "./editables.ts";
import { encodings } from "./encodings.ts";
import { endings } from "./endings.ts";
import { everyday } from "./everyday.ts";
import { fastapi } from "./fastapi.ts";
import { files } from "./files.ts";
import { flaskConfiguration } from "./flask_configuration.ts";
import { flaskRoutes } from "./flask_routes.ts";
import { flaskViews } from "./flask_views.ts";
import { folderNames } from "./folder_names.ts";
import { frameworks } from "./frameworks.ts";
import { hidden } from "./hidden.ts";
import { hiddenNames } from "./hidden_names.ts";
import { libraryObjects } from "./library_objects.ts";
import { hosted } from "./hosted.ts";
import { limits } from "./limits.ts";
import { locales } from "./locales.ts";
import { mail } from "./mail.ts";
import { missingFiles } from "./missing_files.ts";
import { mistakes } from "./mistakes.ts";
import { missingTemplates } from "./missing_templates.ts";
import { modules } from "./modules.ts";
import { names } from "./names.ts";
import { network } from "./network.ts";
import { optional } from "./optional.ts";
import { packageParts } from "./package_parts.ts";
import { pythonModules } from "./python_modules.ts";
import { pythonNames } from "./python_names.ts";
import { permissions } from "./permissions.ts";
import { pictures } from "./pictures.ts";
import { processes } from "./processes.ts";
import { programs } from "./programs.ts";
import { proxies } from "./proxies.ts";
import { refusals } from "./refusals.ts";
import { refusedData } from "./refused_data.ts";
import { remote } from "./remote.ts";
import { requestParts } from "./request_parts.ts";
import { restFramework } from "./rest_framework.ts";
import type { Rule } from "./rule.ts";
import { scripts } from "./scripts.ts";
import { schedulers } from "./schedulers.ts";
import { searchServers } from "./search_servers.ts";
import { secretPaths } from "./secret_paths.ts";
import { serviceThings } from "./service_things.ts";
import { services } from "./services.ts";
import { settings } from "./settings.ts";
import { settingsClasses } from "./settings_classes.ts";
import { smallFrameworks } from "./small_frameworks.ts";
import { source } from "./source.ts";
import { sqlalchemyModels } from "./sqlalchemy_models.ts";
import { sqlite } from "./sqlite.ts";
import { sqlModels } from "./sql_models.ts";
import { stores } from "./stores.ts";
import { strays } from "./strays.ts";
import { target } from "./target.ts";
import { templates } from "./templates.ts";
import { undefinedNames } from "./undefined_names.ts";
import { threads } from "./threads.ts";
import { tokens } from "./tokens.ts";
import { tools } from "./tools.ts";
import { values } from "./values.ts";
import { variables } from "./variables.ts";
import { versions } from "./versions.ts";
import { wrongDistributions } from "./wrong_distributions.ts";

let all: readonly Rule[] | undefined;

/** The catalogue; made when a failure first asks for it. */
export function catalogue(): readonly Rule[] {
  return all ??= [
    absent,
    absentTables,
    addresses,
    answers,
    asgi,
    behaviour,
    binaries,
    bots,
    brokers,
    builds,
    callables,
    clashes,
    connectionOptions,
    conversions,
    data,
    dataFiles,
    dbmFiles,
    jsonTexts,
    setValues,
    databases,
    databaseStates,
    desktops,
    devices,
    django,
    djangoApps,
    djangoModels,
    djangoProject,
    djangoRequests,
    djangoSettings,
    djangoViews,
    driverWords,
    editables,
    encodings,
    endings,
    everyday,
    fastapi,
    files,
    flaskConfiguration,
    flaskRoutes,
    flaskViews,
    folderNames,
    frameworks,
    hidden,
    hiddenNames,
    libraryObjects,
    hosted,
    limits,
    locales,
    mail,
    missingFiles,
    mistakes,
    missingTemplates,
    modules,
    names,
    authorities,
    network,
    optional,
    packageParts,
    pythonModules,
    pythonNames,
    refusals,
    requestParts,
    restFramework,
    refusedData,
    remote,
    permissions,
    pictures,
    processes,
    programs,
    proxies,
    scripts,
    schedulers,
    searchServers,
    secretPaths,
    serviceThings,
    services,
    settings,
    settingsClasses,
    smallFrameworks,
    source,
    sqlalchemyModels,
    sqlite,
    sqlModels,
    stores,
    strays,
    target,
    templates,
    undefinedNames,
    threads,
    tokens,
    tools,
    values,
    variables,
    versions,
    wrongDistributions,
  ].flatMap((family) => family());
}
